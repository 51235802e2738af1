"""What waits for a co-awarding body's release: `GET /api/v1/awards/waiting`, `manage.py awards list --waiting-for`."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command

from catalogue.models import Party, PartyRole
from issuing.models import ApprovalKind, Award
from issuing.services import (
    ApprovalOrder,
    BatchRow,
    approve_awards,
    award_achievement,
    award_batch,
    refuse_awards,
    set_approval,
)
from registry.actors import SYSTEM
from registry.permissions import Scope
from registry.services import Recipient, create_faculty
from tests.integrations.builders import Machine, Tenant, build_key, build_machine, build_tenant
from tests.issuing.builders import awarder_at, build_order

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
ADDRESS = "/api/v1/awards/waiting"


def joint(body: Tenant, *, role=PartyRole.CO_AWARDS, kind=ApprovalKind.AWARDING_BODIES) -> Tenant:
    """Another organisation whose award `body` gives jointly."""
    tenant = build_tenant()
    version = tenant.published.versions.get()
    Party.objects.bulk_create([Party(version=version, role=role, name="Body", organisation=body.organisation)])
    set_approval(order=ApprovalOrder(place=tenant.root, kinds=frozenset({kind})), actor=SYSTEM)
    return tenant


def awarded(tenant: Tenant, **stated) -> Award:
    award = award_achievement(order=build_order(tenant.published, **stated), actor=awarder_at(tenant.published))
    # One second apart: what is accepted within the same one has no order that a test could know.
    Award.objects.filter(pk=award.pk).update(accepted_at=START + dt.timedelta(seconds=Award.objects.count()))
    return award


def listed(body: Tenant, query: str = "") -> list[str]:
    answer = build_machine(body).get(ADDRESS + query)
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


def in_the_shell(body: Tenant) -> list[str]:
    out = io.StringIO()
    call_command("awards", "list", waiting_for=body.organisation.slug, json=True, stdout=out)
    return [json.loads(line)["id"] for line in out.getvalue().splitlines()]


@pytest.fixture
def body() -> Tenant:
    return build_tenant()


def test_body_lists_what_waits_for_it_until_it_has_decided(body):
    tenant = joint(body)
    released, refused, waiting = awarded(tenant), awarded(tenant), awarded(tenant)
    assert listed(body) == in_the_shell(body) == [str(one.pk) for one in (released, refused, waiting)]

    # A second awarding body keeps what this one has released.
    other = Party(version=released.version, role=PartyRole.CO_AWARDS, name="Third", organisation=None)
    Party.objects.bulk_create([other])
    approve_awards(subject_id=released.pk, actor=SYSTEM, party=body.organisation.slug)
    refuse_awards(subject_id=refused.pk, actor=SYSTEM, party=body.organisation.slug, reason="Not passed")

    released.refresh_from_db()
    assert released.state == "awaiting_approval"
    assert listed(body) == in_the_shell(body) == [str(waiting.pk)]


def test_release_of_a_file_counts_for_its_awards_and_not_for_what_was_corrected_since(body):
    tenant = joint(body)
    Party.objects.bulk_create(
        [Party(version=tenant.published.versions.get(), role=PartyRole.CO_AWARDS, name="Third", organisation=None)]
    )
    rows = [BatchRow(row, build_order(tenant.published)) for row in (1, 2)]
    batch = award_batch(
        achievement=tenant.published, rows=rows, file_sha="a" * 64, actor=awarder_at(tenant.published)
    ).batch_id
    approve_awards(subject_id=batch, actor=SYSTEM, party=body.organisation.slug)
    assert listed(body) == []

    corrected = Award.objects.filter(batch=batch).first()
    Award.objects.filter(pk=corrected.pk).update(revision=1)

    assert listed(body) == [str(corrected.pk)]


def test_what_is_told_is_what_the_certificate_will_say_and_nothing_else_of_the_person(body):
    tenant = joint(body)
    award = awarded(tenant, recipient=Recipient(name="Ada Example", email="ada@secret.example"))

    answer = build_machine(body).get(ADDRESS)

    (told,) = answer.json()["results"]
    assert told["name"] == "Ada Example"
    assert told["achievement"] == tenant.name
    assert set(told) <= {
        "id", "achievement", "version", "name", "awarded_on", "accepted_at", "valid_until", "learning_from",
        "learning_to", "participation", "supervision", "credits_earned", "results",
    }  # fmt: skip
    assert "secret.example" not in answer.content.decode()
    assert str(award.learner_id) not in answer.content.decode()


def test_nobody_else_is_asked(body):
    """Neither who awards, nor a partner that awards nothing, nor a body whose release no policy asks for."""
    tenant = joint(body)
    awarded(tenant)
    partner, unasked = build_tenant(), build_tenant()
    awarded(joint(partner, role=PartyRole.CERTIFIES, kind=ApprovalKind.SECOND_PERSON))
    awarded(joint(unasked, kind=ApprovalKind.SECOND_PERSON))

    for other in (tenant, partner, unasked):
        assert listed(other) == in_the_shell(other) == []


def test_key_of_a_part_or_without_the_scope_lists_nothing(body):
    awarded(joint(body))
    part = create_faculty(parent=body.root, name={"en": "Part"}, actor=SYSTEM)

    for machine in (build_machine(body, Scope.AWARDS_READ, Scope.AWARDS_WRITE), Machine(build_key(part)[1])):
        answer = machine.get(ADDRESS)
        assert (answer.status_code, answer.json().get("code")) == (403, "scope-required")


def test_list_has_pages(body):
    tenant = joint(body)
    awards = [str(awarded(tenant).pk) for _ in range(3)]
    machine = build_machine(body)

    first = machine.get(f"{ADDRESS}?page_size=2").json()
    second = machine.get(first["next"].removeprefix("http://localhost:8000")).json()

    assert [one["id"] for one in first["results"] + second["results"]] == awards
    assert second["next"] is None
