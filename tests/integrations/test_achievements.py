"""`/api/v1/achievements` as visitors and machines see it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from catalogue.models import Achievement, AchievementVersion
from registry.permissions import Scope
from tests.integrations.builders import Machine, build_achievement, build_machine, build_tenant

pytestmark = pytest.mark.django_db
ENTRIES = "/api/v1/achievements"


@pytest.fixture
def tenant():
    return build_tenant()


@pytest.fixture
def machine(tenant):
    return build_machine(tenant)


def an_entry(tenant, **fields):
    return {
        "issuer": tenant.issuer.slug,
        "slug": "first-steps",
        "kind": "document",
        "name": {"en": "First steps", "de": "Erste Schritte"},
        "description": {"en": "What it is."},
        "criteria": {"en": "Attend."},
    } | fields


def test_visitor_without_a_key_lists_what_is_published(tenant):
    answer = Machine().get(ENTRIES)

    assert answer.status_code == 200
    assert answer.json() == {
        "results": [
            {
                "id": str(tenant.published.pk),
                "issuer": tenant.issuer.slug,
                "slug": tenant.published.slug,
                "kind": "document",
                "state": "published",
                "audience": "public",
                "version": 1,
                "name": {"en": "Basics"},
                "language": "en",
                "url": f"http://localhost:8000/catalogue/{tenant.name}/",
            }
        ],
        "next": None,
        "previous": None,
    }


def test_draft_is_seen_by_its_own_organisation_only(tenant, machine):
    address = f"{ENTRIES}/{tenant.draft.pk}"

    assert [row["id"] for row in machine.get(ENTRIES, state="draft").json()["results"]] == [str(tenant.draft.pk)]
    assert machine.get(address).status_code == 200
    for other in (Machine(), build_machine(build_tenant()), build_machine(tenant, Scope.AWARDS_READ)):
        assert other.get(ENTRIES, state="draft").json()["results"].count(str(tenant.draft.pk)) == 0
        assert other.get(address).status_code == 404


def test_list_is_filtered_and_takes_the_same_queries_for_many(tenant, django_assert_max_num_queries):
    for _ in range(5):
        build_achievement(tenant.issuer)
    build_tenant()

    with django_assert_max_num_queries(4):  # entries, versions, parties, the canonical host
        answer = Machine().get(ENTRIES, issuer=tenant.issuer.slug, kind="document")
    assert len(answer.json()["results"]) == 6
    assert Machine().get(ENTRIES, kind="x").status_code == 422


def test_new_draft_is_created_edited_and_published(tenant, machine):
    made = machine.post(ENTRIES, an_entry(tenant, ects_credits="2.5"))
    assert (made.status_code, made.json()["state"], made.json()["version"]) == (201, "draft", 1), made.content
    address = f"{ENTRIES}/{made.json()['id']}"

    edited = machine.patch(address, {"description": {"en": "Better."}, "ects_credits": None})
    assert edited.status_code == 200, edited.content
    assert edited.json()["content"]["description"] == {"en": "Better."}
    assert edited.json()["content"]["name"] == {"en": "First steps", "de": "Erste Schritte"}
    assert "ects_credits" not in edited.json()["content"]

    published = machine.post(f"{address}/publish")
    assert (published.status_code, published.json()["state"]) == (200, "published"), published.content
    assert Machine().get(address).status_code == 200
    assert machine.post(f"{address}/publish").status_code == 409


def test_whole_entry_written_back_says_the_same(tenant, machine):
    said = an_entry(
        tenant,
        outcomes=[{"en": "Know."}],
        facts={"provider": {"en": "We"}, "assessment": "none"},
        ects_credits="2.50",
        workload_hours_min="10",
        workload_text={"en": "about 10 hours"},
        parties=[{"role": "partners", "name": "AI Campus", "valid_from": "2026-01-01"}],
        suspendable=True,
    )
    made = machine.post(ENTRIES, said).json()

    again = machine.patch(f"{ENTRIES}/{made['id']}", made["content"])

    assert again.status_code == 200, again.content
    assert again.json()["content"] == made["content"]


@pytest.mark.parametrize(
    "field", ["issuer", "slug", "kind", "state", "status", "role", "organisation", "verified", "id"]
)
def test_patch_of_what_is_not_editable_is_refused_and_changes_nothing(tenant, machine, field):
    before = Achievement.objects.filter(pk=tenant.draft.pk).values().get()

    answer = machine.patch(f"{ENTRIES}/{tenant.draft.pk}", {field: "x", "name": {"en": "Changed"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-fields")
    assert Achievement.objects.filter(pk=tenant.draft.pk).values().get() == before
    assert AchievementVersion.objects.get(achievement=tenant.draft).texts["name"] == {"en": "Basics"}


def test_edited_published_entry_gets_its_next_version_as_a_draft(tenant, machine):
    address = f"{ENTRIES}/{tenant.published.pk}"

    first = machine.patch(address, {"name": {"en": "Changed"}})
    second = machine.patch(address, {"description": {"en": "Better."}})

    assert (first.status_code, first.json()["version"]) == (201, 2), first.content
    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert second.json()["content"]["name"] == {"en": "Changed"}
    assert Machine().get(address).json()["version"] == 1
    assert Machine().get(address).json()["name"] == {"en": "Basics"}
    published = machine.post(f"{address}/publish")
    assert (published.status_code, published.json()["version"]) == (200, 2)
    assert Machine().get(address).json()["name"] == {"en": "Changed"}


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_lose_nothing_of_each_other(tenant, machine):
    address = f"{ENTRIES}/{tenant.published.pk}"
    together = Barrier(2)

    def patched(said) -> int:
        together.wait(10)
        try:
            return Machine(machine.headers["Authorization"].removeprefix("Bearer ")).patch(address, said).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(patched, [{"name": {"en": "Changed"}}, {"description": {"en": "Better."}}]))

    assert sorted(answers) == [200, 201]
    draft = AchievementVersion.objects.get(achievement=tenant.published, number=2)
    assert (draft.texts["name"], draft.texts["description"]) == ({"en": "Changed"}, {"en": "Better."})


def test_withdrawn_entry_is_not_edited(tenant, machine):
    Achievement.objects.filter(pk=tenant.published.pk).update(state="retired")

    answer = machine.patch(f"{ENTRIES}/{tenant.published.pk}", {"name": {"en": "Changed"}})

    assert (answer.status_code, answer.json()["code"]) == (409, "retired")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "x"}, {"slug": "Ä b"}, {"name": "text"}, {"name": {}}, {"name": {"en": 5}}, {"ects_credits": "many"},
        {"ects_credits": -1}, {"level_eqf": 9}, {"facts": []}, {"facts": {"provider": "perhaps"}}, {"parties": [{}]},
        {"parties": {"role": "x"}}, {"outcomes": "x"}, {"outcomes": [5]}, {"alignments": [[]]}, {"language": 5},
        {"suspendable": []}, {"outcome_rule": {"measure": []}}, {"valid_for_days": "1.5"}, {"issuer": None},
        {"result_descriptions": [{"key": {}}]}, {"workload_hours_min": "10", "workload_hours_max": "5"},
        {"workload_hours_min": {}}, {"state": "published"}, {"relations": []}, {"facts": {"unheard-of": "none"}},
    ],
)  # fmt: skip
def test_entry_that_breaks_a_rule_is_refused_with_each_fault(tenant, machine, change):
    answer = machine.post(ENTRIES, an_entry(tenant) | change)

    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"]
    assert Achievement.objects.count() == 2


def test_publication_that_breaks_a_rule_of_its_kind_names_each(tenant, machine):
    made = machine.post(ENTRIES, an_entry(tenant, kind="micro-credential", facts={"assessment": "none"})).json()

    answer = machine.post(f"{ENTRIES}/{made['id']}/publish")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"]


def test_another_organisation_writes_nothing(tenant):
    other = build_machine(build_tenant())

    assert other.post(ENTRIES, an_entry(tenant)).status_code == 404
    assert other.patch(f"{ENTRIES}/{tenant.draft.pk}", {"name": {"en": "x"}}).status_code == 404
    assert other.post(f"{ENTRIES}/{tenant.draft.pk}/publish").status_code == 404


def test_slug_in_use_is_a_conflict(tenant, machine):
    answer = machine.post(ENTRIES, an_entry(tenant, slug=tenant.published.slug))

    assert (answer.status_code, answer.json()["code"]) == (409, "taken")


@pytest.mark.parametrize(
    "fields",
    [{"name": {"en": "a\0"}}, {"outcomes": [{"en": "\0"}]}, {"facts": {"prerequisites": {"en": "\0"}}},
     {"level_national": "x" * 5000}],
)  # fmt: skip
def test_value_that_the_database_cannot_hold_is_refused(tenant, machine, fields):
    answer = machine.post(ENTRIES, an_entry(tenant, **fields))

    assert answer.status_code == 422, answer.content
    assert not Achievement.objects.filter(slug="first-steps").exists()
    assert Machine().get(ENTRIES, issuer="\0").json()["code"] == "unstorable-value"
