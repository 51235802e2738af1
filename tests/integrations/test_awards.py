"""`/api/v1/awards` as callers see it."""

import base64
import json
import threading
import uuid

import pytest
from django.db import connection, connections

from catalogue.models import DuplicatePolicy
from issuing.models import Award
from registry.models import AuditEntry, IdempotencyKey, OutboxMessage
from registry.permissions import Scope
from tests.integrations.builders import Machine, an_award, build_achievement, build_key, build_machine, build_tenant

pytestmark = pytest.mark.django_db
AWARDS = "/api/v1/awards"


@pytest.fixture
def tenant():
    return build_tenant()


@pytest.fixture
def machine(tenant):
    return build_machine(tenant)


def test_award_is_accepted_and_its_address_is_told(tenant, machine):
    answer = machine.post(AWARDS, an_award(tenant))

    award = Award.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {
        "id": str(award.pk),
        "state": "accepted",
        "credential": f"http://localhost:8000/c/{award.pk}",
    }
    assert json.loads(award.facts)["credential_id"] == answer.json()["credential"]


def test_award_by_the_achievements_id_and_with_every_field_is_accepted(tenant, machine):
    body = an_award(
        tenant,
        achievement=str(tenant.published.pk),
        awarded_on="2026-01-31",
        valid_until="2036-12-31",
        learning_from="2025-10-01",
        learning_to="2026-01-30",
        participation="on site",
        supervision="supervised",
        credits_earned="2.5",
        language_of_assessment="de",
        evidence=[{"url": "https://example.org/thesis", "name": "Thesis"}],
        narrative="Well done.",
        ground={"body": "Examination board", "date": "2026-01-30", "reference": "12/2026"},
        language="en",
        repeat=False,
    )
    body["recipient"]["identifier"] = {"type": "matriculation", "scope": "https://example.org", "value": "12345"}

    answer = machine.post(AWARDS, body)

    assert answer.status_code == 202, answer.content
    facts = json.loads(Award.objects.get().facts)
    assert (facts["awarded_on"], facts["credits_earned"]) == ("2026-01-31T00:00:00Z", "2.5")


def test_repeated_award_is_a_conflict_that_names_the_first(tenant, machine):
    body = an_award(tenant)
    first = machine.post(AWARDS, body).json()

    answer = machine.post(AWARDS, body)

    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert (answer.json()["code"], answer.json()["id"]) == ("already-awarded", first["id"])


def test_repeat_is_awarded_again_where_the_achievement_allows_it(tenant, machine):
    again = build_achievement(tenant.issuer, duplicates=DuplicatePolicy.ALLOW)
    body = an_award(tenant, achievement=f"{tenant.issuer.slug}/{again.slug}")
    machine.post(AWARDS, body)

    assert machine.post(AWARDS, body).status_code == 409
    assert machine.post(AWARDS, body | {"repeat": True}).status_code == 202


def test_same_key_and_body_get_the_first_answer_again(tenant, machine):
    body = an_award(tenant)

    first = machine.post(AWARDS, body, Idempotency_Key="abc")
    second = machine.post(AWARDS, body, Idempotency_Key="abc")

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second["Idempotency-Replayed"] == "true"
    assert Award.objects.count() == 1


def test_same_key_with_another_body_is_refused(tenant, machine):
    machine.post(AWARDS, an_award(tenant), Idempotency_Key="abc")

    answer = machine.post(AWARDS, an_award(tenant), Idempotency_Key="abc")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert Award.objects.count() == 1


def test_refusal_is_not_kept_so_that_the_key_can_be_used_for_the_corrected_request(tenant, machine):
    assert machine.post(AWARDS, {}, Idempotency_Key="abc").status_code == 422

    assert machine.post(AWARDS, an_award(tenant), Idempotency_Key="abc").status_code == 202


def test_key_of_another_organisation_does_not_see_the_first_answer(tenant, machine):
    body = an_award(tenant)
    machine.post(AWARDS, body, Idempotency_Key="abc")

    answer = build_machine(build_tenant()).post(AWARDS, body, Idempotency_Key="abc")

    assert answer.status_code == 404


@pytest.mark.parametrize("key", ["", " ", "ä", "a" * 256])
def test_unusable_idempotency_key_is_refused(tenant, machine, key):
    answer = machine.post(AWARDS, an_award(tenant), Idempotency_Key=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-invalid")


def test_expired_key_starts_afresh(tenant, machine):
    body = an_award(tenant)
    machine.post(AWARDS, body, Idempotency_Key="abc")
    IdempotencyKey.objects.update(expires_at="2020-01-01T00:00:00Z")

    assert machine.post(AWARDS, body, Idempotency_Key="abc").json()["code"] == "already-awarded"


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_posts_with_one_key_make_one_award_and_fifty_equal_answers():
    tenant = build_tenant()
    secret = build_key(tenant.root)[1]
    body, answers, start = an_award(tenant), [], threading.Barrier(50)

    def send():
        machine = Machine(secret)
        start.wait()
        answer = machine.post(AWARDS, body, Idempotency_Key="one")
        answers.append((answer.status_code, answer.content))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 50
    assert {status for status, _body in answers} == {202}
    assert len({body for _status, body in answers}) == 1
    assert Award.objects.count() == OutboxMessage.objects.filter(topic="awards.accepted").count() == 1
    assert AuditEntry.objects.filter(act="award.accepted").count() == 1


def test_another_organisations_achievement_is_not_there(machine):
    answer = machine.post(AWARDS, an_award(build_tenant()))

    assert (answer.status_code, answer.json()["code"]) == (404, "achievement-unknown")
    assert not Award.objects.exists()


def test_key_of_a_faculty_awards_its_own_and_nothing_above(tenant):
    from registry.actors import SYSTEM
    from registry.services import ProfileOrder, create_faculty, create_issuer

    faculty = create_faculty(parent=tenant.root, name={"en": "Faculty"}, actor=SYSTEM)
    issuer = create_issuer(node=faculty, slug="faculty", profile=ProfileOrder(name={"en": "F"}), actor=SYSTEM)
    own = build_achievement(issuer)
    machine = Machine(build_key(faculty)[1])

    assert machine.post(AWARDS, an_award(tenant)).status_code == 404
    assert machine.post(AWARDS, an_award(tenant, achievement=f"faculty/{own.slug}")).status_code == 202


def test_draft_cannot_be_awarded(tenant, machine):
    answer = machine.post(AWARDS, an_award(tenant, achievement=str(tenant.draft.pk)))

    assert (answer.status_code, answer.json()["code"]) == (409, "not-published")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issuer": "x"}, "unknown-fields"),
        ({"state": "signed"}, "unknown-fields"),
        ({"organisation": str(uuid.uuid4())}, "unknown-fields"),
        ({"achievement": 5}, "invalid-fields"),
        ({"achievement": None}, "invalid-fields"),
        ({"recipient": "ada"}, "invalid-fields"),
        ({"recipient": {"email": "a@example.org"}}, "invalid-fields"),
        ({"recipient": {"email": "a@example.org", "name": "A", "verified": True}}, "unknown-fields"),
        ({"awarded_on": "31.1.2026"}, "invalid-fields"),
        ({"awarded_on": 20260131}, "invalid-fields"),
        ({"awarded_on": "20260131"}, "invalid-fields"),
        ({"awarded_on": "0001-01-01"}, "invalid-fields"),
        ({"valid_until": "0001-01-01"}, "invalid-fields"),
        ({"valid_until": "9999-12-31T23:59:59-05:00"}, "invalid-fields"),
        ({"ground": {"body": "Board", "date": "0001-01-01"}}, "invalid-fields"),
        ({"valid_until": "2030-01-01T00:00:00"}, "invalid-fields"),
        ({"valid_until": []}, "invalid-fields"),
        ({"repeat": "yes"}, "invalid-fields"),
        ({"credits_earned": "NaN"}, "invalid-fields"),
        ({"evidence": {}}, "invalid-fields"),
        ({"results": [{"value": True}]}, "invalid-fields"),
        ({"narrative": "\u0000"}, "invalid-fields"),
    ],
)
def test_field_that_is_unknown_or_of_the_wrong_kind_is_refused_by_name(tenant, machine, change, code):
    answer = machine.post(AWARDS, an_award(tenant) | change)

    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.content
    assert answer.json()["errors"][0]["field"].split(".")[0] in change
    assert not Award.objects.exists()


def test_bad_address_is_refused_by_issuings_rules(tenant, machine):
    answer = machine.post(AWARDS, an_award(tenant, recipient={"email": "ada", "name": "Ada"}))

    assert (answer.status_code, answer.json()["code"], answer.json()["column"]) == (422, "bad-email", "email")


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"language": "german, please"}, "language-tag", "language"),
        ({"learning_from": "0001-01-01"}, "date-out-of-range", "learning_from"),
        ({"results": [{"value": "1", "level": "best"}]}, "unknown-level", "result"),
        ({"recipient": {"email": "a@example.org", "name": "sha256$ada"}}, "name-is-a-hash", "name"),
    ],
)
def test_what_signing_would_refuse_is_refused_and_never_acknowledged(tenant, machine, change, code, column):
    answer = machine.post(AWARDS, an_award(tenant) | change)

    assert (answer.status_code, answer.json()["code"], answer.json()["column"]) == (422, code, column)
    assert not Award.objects.exists()


def test_list_shows_own_awards_newest_first_in_bounded_pages(tenant, machine):
    made = [machine.post(AWARDS, an_award(tenant)).json()["id"] for _ in range(5)]
    other = build_tenant()
    build_machine(other).post(AWARDS, an_award(other))

    pages, address = [], f"{AWARDS}?page_size=2"
    while address:
        page = machine.get(address.removeprefix("http://localhost:8000")).json()
        pages.append([row["id"] for row in page["results"]])
        address = page["next"]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(row for page in pages for row in page) == sorted(made)


def test_previous_page_leads_back(tenant, machine):
    for _ in range(5):
        machine.post(AWARDS, an_award(tenant))
    first = machine.get(AWARDS, page_size=2).json()
    second = machine.get(first["next"]).json()

    back = machine.get(second["previous"]).json()

    assert back["results"] == first["results"]
    assert back["next"] == first["next"]
    assert back["previous"] is None


def test_list_is_filtered_by_state_achievement_and_time(tenant, machine):
    machine.post(AWARDS, an_award(tenant))

    def count(**query):
        return len(machine.get(AWARDS, **query).json()["results"])

    assert count(state="accepted", achievement=tenant.name, since="2020-01-01T00:00:00Z") == 1
    assert count(state="signed") == count(since="2100-01-01T00:00:00+01:00") == 0
    assert count(achievement=str(tenant.draft.pk)) == 0
    assert machine.get(AWARDS, achievement=build_tenant().name).status_code == 404


BEYOND_THE_CALENDAR = base64.urlsafe_b64encode(
    json.dumps([True, "9999-12-31T23:59:59-14:00", "11111111-1111-4111-8111-111111111111"]).encode()
).decode()


@pytest.mark.parametrize(
    "query",
    [
        {"page_size": "1000000"}, {"page_size": "0"}, {"page_size": "-1"}, {"page_size": "²"}, {"page_size": "9" * 5000},
        {"cursor": "x"}, {"cursor": ""}, {"cursor": "W10"}, {"cursor": "ü"}, {"state": "x"}, {"since": "yesterday"},
        {"since": "2026-01-01"}, {"unknown": "1"}, {"state__in": "a,b"}, {"award__version__achievement": "1"},
        {"state": ["accepted", "signed"]}, {"achievement": "\u0000"},
        {"since": "0001-01-01T00:00:00+14:00"}, {"cursor": BEYOND_THE_CALENDAR},
    ],
)  # fmt: skip
def test_parameter_that_cannot_be_used_is_refused(machine, query):
    answer = machine.get(AWARDS, **query)

    assert answer.status_code in ({404} if "achievement" in query else {422}), answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("awards", [1, 5])
def test_list_takes_five_queries_for_one_award_and_for_many(tenant, machine, django_assert_num_queries, awards):
    for _ in range(awards):
        machine.post(AWARDS, an_award(tenant))

    # The key (that it was used is noted already), its limit, the versions, the page, its awards.
    with django_assert_num_queries(5):
        machine.get(AWARDS)


def test_one_award_is_read_by_its_own_organisation_only(tenant, machine):
    made = machine.post(AWARDS, an_award(tenant)).json()

    assert machine.get(f"{AWARDS}/{made['id']}").json()["credential"] == made["credential"]
    assert build_machine(build_tenant()).get(f"{AWARDS}/{made['id']}").status_code == 404


def test_scope_to_read_does_not_award(tenant):
    answer = build_machine(tenant, Scope.AWARDS_READ).post(AWARDS, an_award(tenant))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope-required")


def test_links_never_use_the_host_of_the_request(tenant, machine, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for _ in range(2):
        machine.post(AWARDS, an_award(tenant))

    answer = machine.client.get(AWARDS, {"page_size": 1}, headers={**machine.headers, "Host": "evil.example"})

    assert answer.json()["next"].startswith("http://localhost:8000/api/v1/awards?")
    assert b"evil" not in answer.content


def test_line_breaks_in_a_name_stay_out_of_the_signed_facts(tenant, machine):
    body = an_award(tenant)
    body["recipient"]["name"] = "Ada\r\nBcc: all@example.org"

    assert machine.post(AWARDS, body).status_code == 202
    assert "\\r" not in Award.objects.get().facts
    assert "\\n" not in Award.objects.get().facts


def test_database_kind_is_told():
    assert connection.vendor == "postgresql"  # parallel posts mean something on a real server only
