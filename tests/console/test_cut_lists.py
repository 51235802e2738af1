"""Lists that a page does not show whole: it says so, and the rest is reached, each thing once."""

import datetime as dt
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Signatory
from issuing.models import BulkChange, BulkChangeItem, ChangeFate, ChangeKind, ChangeState, Letter, LetterState
from issuing.services import ExportOrder, ask_export
from registry.actors import SYSTEM, actor_for_user
from registry.models import AgreementKind, Mandate, Role, RoleProposal, User
from registry.services import (
    Recipient,
    accept_agreement,
    create_api_key,
    create_oauth_client,
    invite_member,
)
from tests.console.files import checked
from tests.console.houses import build_house, problems, signed_in
from tests.console.test_results import build_course
from tests.issuing.ways import award_now, sign
from tests.registry.acts_of_agreements import build_agreement
from tests.registry.builders import build_issuer, build_member, build_organisation, build_user

pytestmark = pytest.mark.django_db
NEXT = re.compile(r'<a href="([^"]*)" rel="next"')
FILE = "name,email\nAda,ada@example.org\n"


def _pages(client, address) -> list[str]:
    """Return the texts of all pages of a list, walked by what each page leads to."""
    pages, further = [], ""
    while further is not None and len(pages) < 9:
        pages.append(client.get(f"{address}{unescape(further)}").content.decode())
        found = NEXT.search(pages[-1])
        further = found[1] if found else None
    return pages


def _each_once(pages, things) -> None:
    assert len(pages) > 1
    for thing in things:
        assert [thing in page for page in pages].count(True) == 1, thing


def _member(node, name) -> User:
    user = User.objects.get(pk=build_member(node, Role.AWARDER).user_id)
    user.name = name
    user.save()
    return user


def test_files_and_changes_of_many_are_reached_beyond_the_newest(monkeypatch):
    monkeypatch.setattr("console.views.batches.FILES_OF_PAGE", 2)
    monkeypatch.setattr("console.views.many.CHANGES_OF_PAGE", 2)
    house = build_house()
    node = house.achievement.issuer.node
    for number in range(3):
        checked(house, FILE.replace("Ada", f"Ada {number}"))
        about = {"organisation": node.organisation, "node": node, "kind": ChangeKind.REVOKE, "made_by_kind": "user"}
        BulkChange.objects.create(made_by=str(house.user.pk), made_at=timezone.now(), **about)

    files = house.achievement.versions.get().batches.values_list("pk", flat=True)
    _each_once(_pages(house.client, f"{house.home}batches/"), [str(pk) for pk in files])
    changes = [str(pk) for pk in BulkChange.objects.values_list("pk", flat=True)]
    _each_once(_pages(house.client, f"{house.home}awards/many/"), changes)
    assert house.client.get(f"{house.home}batches/", {"cursor": "x"}).status_code == 404


def test_all_awards_of_a_change_are_reached(monkeypatch):
    monkeypatch.setattr("console.views.many.ITEMS_SHOWN", 2)
    monkeypatch.setattr("issuing.many_changes.ITEMS_SHOWN", 2)
    house = build_house()
    node = house.achievement.issuer.node
    about = {"organisation": node.organisation, "node": node, "kind": ChangeKind.REVOKE, "made_by_kind": "user"}
    change = BulkChange.objects.create(
        made_by=str(house.user.pk), made_at=timezone.now(), state=ChangeState.DONE, **about
    )
    for number in range(1, 6):
        said = {"position": number, "named": f"no-{number}", "fate": ChangeFate.REFUSED, "code": "not-found"}
        BulkChangeItem.objects.create(change=change, **said)

    pages = _pages(house.client, f"{house.home}changes/{change.pk}/")

    _each_once(pages, [f"no-{number}" for number in range(1, 6)])
    assert house.client.get(f"{house.home}changes/{change.pk}/", {"refused-after": "9" * 30}).status_code == 200


def test_machines_people_who_sign_invitations_and_proposals_are_reached(monkeypatch):
    for name in ("machines.MACHINES", "signatories.SIGNATORIES", "roles.INVITATIONS", "role_proposals.PROPOSALS"):
        monkeypatch.setattr(f"console.views.{name}_OF_PAGE", 2)
    house = build_house(Role.OWNER)
    issuer = house.achievement.issuer
    for number in range(3):
        wanted = {"node": issuer.node, "scopes": ["awards:write"], "actor": SYSTEM}
        create_api_key(name=f"key-{number}", **wanted)
        create_oauth_client(name=f"client-{number}", **wanted)
        Signatory.objects.create(organisation=issuer.organisation, issuer=issuer, name=f"Dean {number}", role="Dean")
        invite_member(node=issuer.node, email=f"i{number}@example.org", role=Role.VIEWER, language="en", actor=SYSTEM)
        said = {"role": Role.VIEWER, "provider": "uni", "because": f"group=g{number}"}
        RoleProposal.objects.create(organisation=issuer.organisation, node=issuer.node, user=build_user(), **said)

    machines = [f"{kind}-{number}" for kind in ("key", "client") for number in range(3)]
    _each_once(_pages(house.client, f"{house.home}machines/"), [f'<th scope="row">{name}<' for name in machines])
    _each_once(_pages(house.client, f"{house.home}signatories/"), ["Dean 0", "Dean 1", "Dean 2"])
    _each_once(_pages(house.client, f"{house.home}roles/"), [f"<bdi>i{number}@example.org" for number in range(3)])
    _each_once(_pages(house.client, f"{house.home}proposed-roles/"), ["group=g0", "group=g1", "group=g2"])


def test_agreements_accepted_and_mandates_are_reached(monkeypatch):
    monkeypatch.setattr("console.views.agreement_pages.ACCEPTED_OF_PAGE", 2)
    monkeypatch.setattr("console.views.operator_agreements.VERSIONS_OF_PAGE", 2)
    monkeypatch.setattr("console.views.mandate_pages.MANDATES_OF_PAGE", 2)
    house = build_house(Role.OWNER)
    issuer, others = house.achievement.issuer, []
    for _number in range(3):
        made = build_agreement(AgreementKind.TERMS)
        accept_agreement(agreement=made, organisation=issuer.organisation, actor=actor_for_user(house.user))
        body = build_organisation()
        type(body).objects.filter(pk=body.pk).update(name={"en": f"Body {len(others)}"})
        said = {
            "issuer": issuer,
            "organisation": issuer.organisation,
            "on_behalf_of": body,
            "asked_at": timezone.now(),
        }
        others.append(Mandate.objects.create(since=dt.date(2026, 1, 1), **said))

    cells = [f'data-label="Version">{number}<' for number in (1, 2, 3)]
    _each_once(_pages(house.client, f"{house.home}agreements/"), cells)
    operator = signed_in(build_user(is_superuser=True))
    _each_once(_pages(operator, "/operator/agreements/"), [f"version {number}</a>" for number in (1, 2, 3)])
    bodies = [f'data-label="On behalf of">Body {number}<' for number in range(3)]
    _each_once(_pages(house.client, f"{house.home}mandates/"), bodies)


def test_colleague_and_issuer_beyond_the_first_are_found_by_typing(monkeypatch):
    monkeypatch.setattr("console.views.hand_over.COLLEAGUES_OFFERED", 1)
    for module in ("views.mandate_pages", "views.issuer_keys", "editor.beginning"):
        monkeypatch.setattr(f"console.{module}.ISSUERS_OFFERED", 1)
    house = build_house(Role.OWNER)
    node, organisation = house.achievement.issuer.node, house.achievement.organisation
    zoe = _member(node, "Zoe Zimmer")
    leaver = _member(node, "Lea Ver")
    build_issuer(organisation, slug="zz-law")
    address = reverse("console:hand_over", args=[organisation.slug, leaver.pk])

    assert "The first 1 are offered" in house.read(address)
    assert "Zoe Zimmer" not in house.read(address)
    assert "Zoe Zimmer" in house.read(address, seek="zimm")
    assert "None holds what you typed" in house.read(address, seek="qqq")
    assert house.client.post(f"{address}?seek=zimm", {"to": str(zoe.pk)}).status_code == 302
    for page in ("mandates/", "achievements/new/", "signatories/", "keys/"):
        found = house.read(f"{house.home}{page}")
        assert "Type part of a name" in found, page
        assert "Only those that hold" in house.read(f"{house.home}{page}", seek="ZZ-l"), page
        assert "None holds" in house.read(f"{house.home}{page}", seek="qqq"), page


def test_achievement_of_results_is_found_by_typing_and_what_is_ticked_stays(monkeypatch):
    monkeypatch.setattr("console.views.results_pages.MOST_OFFERED", 1)
    house, made = build_course()
    address = f"{house.home}achievements/{house.achievement.pk}/results/"
    record, partner = str(made["record"].pk), str(made["partner"].pk)

    first = house.read(address)
    found = house.client.post(address, {"seek": "partner", "find": "1", "achievements": [record]}).content.decode()
    sent = house.client.post(address, {"seek": "", "achievements": [record, partner]})

    assert "The first hundred are offered" in first
    assert partner not in first
    assert f'value="{partner}"' in found
    assert re.search(rf'value="{record}"[^>]* checked', found)
    assert not problems(found)
    assert [one for one in problems(sent.content.decode()) if "hoose" in one and "achievement" in one] == []


def test_search_that_leads_to_too_many_people_and_letters_beyond_the_newest_are_told(monkeypatch):
    house = build_house()
    for number in range(3):
        award_now(house.achievement, recipient=Recipient(name=f"Ada {number}", email=f"p{number}@example.org"))
    sign()
    whole = house.read(f"{house.home}awards/", q="Ada")
    monkeypatch.setattr("issuing.people.MOST", 2)
    monkeypatch.setattr("issuing.people.RETURNED_SHOWN", 2)
    monkeypatch.setattr("console.views.returned.RETURNED_SHOWN", 2)
    Letter.objects.update(state=LetterState.FAILED, bounced_at=timezone.now())

    cut = house.read(f"{house.home}awards/", q="Ada")
    order = ExportOrder(node=house.achievement.issuer.node, format="csv", text="Ada")
    export = ask_export(order=order, actor=actor_for_user(house.user))

    assert "not all of them were looked up" not in whole
    assert "not all of them were looked up" in cut
    assert export.is_cut
    monkeypatch.setattr("issuing.people.AWARDS_SHOWN", 1)
    monkeypatch.setattr("console.views.people.AWARDS_SHOWN", 1)
    person = house.read(f"{house.home}people/{Letter.objects.earliest('pk').award.learner_id}/")

    assert "All awards of people of this name" in person
    assert "the others follow" in house.read(f"{house.home}returned/")
