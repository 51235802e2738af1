"""Whom staff may not see they reach on no page and in no file; finding people is read along indexes; names put right."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issuing.models import Award, BulkChangeItem
from registry.actors import SYSTEM
from registry.models import AuditEntry, Issuer, Learner, Membership, Role
from registry.people_search import learners_like
from registry.services import ProfileOrder, create_faculty, create_issuer
from tests.console.houses import build_house
from tests.console.test_exports import asked, file_of
from tests.console.test_people import ADA, GABRIEL, house_with, names
from tests.issuing.builders import build_achievement
from tests.issuing.ways import award_now, sign

pytestmark = pytest.mark.django_db
PEOPLE = 30_000


def two_faculties():
    """Return a house whose member works in Law, which has awarded Gabriel; Arts has awarded Ada."""
    house = build_house(Role.OWNER)
    root, entries = house.achievement.issuer.node, []
    for name in ("arts", "law"):
        node = create_faculty(parent=root, name={"en": name.title()}, actor=SYSTEM)
        profile = ProfileOrder(name={"en": name.title()}, url=f"https://{name}.example.org")
        issuer = create_issuer(node=node, slug=name, profile=profile, actor=SYSTEM)
        Issuer.objects.update(state="active")
        entries.append(build_achievement(Issuer.objects.get(pk=issuer.pk)))
    arts, law = entries
    hers, _his = award_now(arts, recipient=ADA), award_now(law, recipient=GABRIEL)
    sign()
    Membership.objects.filter(user=house.user).update(node=law.issuer.node)
    return house, law, hers


def test_person_whom_another_faculty_awarded_is_reached_on_no_page_and_in_no_file():
    house, law, hers = two_faculties()
    ada, gabriel = hers.learner, Learner.objects.get(preferred_name__startswith="Gabriel")
    hidden = ("Lovelace", "ada@example.org")

    for page in (f"people/{ada.pk}/", f"people/{ada.pk}/merge/", f"awards/{hers.pk}/", f"awards/{hers.pk}/correct/"):
        assert house.client.get(house.home + page).status_code == 404, page
    pages = (
        f"people/?q={ada.pk}",
        "people/?q=ada",
        "awards/?q=lovelace",
        f"awards/?q={hers.pk}",
        "awards/",
        "returned/",
        f"people/{gabriel.pk}/merge/?other={ada.pk}",
        f"people/{gabriel.pk}/merge/?q=ada",
        f"achievements/{law.pk}/award/?learner={ada.pk}",
        f"awards/many/revoke/?award={hers.pk}",
        "overview/",
    )
    for page in pages:
        answer = house.client.get(house.home + page).content.decode()
        assert not any(word in answer for word in hidden), page
    file = file_of(house, asked(house))
    rows = list(csv.reader(io.StringIO(file.whole.decode("utf-8-sig"))))
    assert "Gabriel García Márquez" in {cell for row in rows for cell in row}
    assert not any(word in cell for row in rows for cell in row for word in hidden)


def test_file_of_numbers_leads_to_no_award_of_another_faculty():
    house, _law, hers = two_faculties()
    own = Award.objects.exclude(pk=hers.pk).get()
    ids = SimpleUploadedFile("ids.csv", f"number\n{hers.pk}\n{own.pk}\n".encode())

    answer = house.client.post(f"{house.home}awards/many/revoke/", {"file": ids, "reason_code": "by-mistake"})

    assert answer.status_code == 302
    assert "Lovelace" not in house.read(answer["Location"])
    assert list(BulkChangeItem.objects.values_list("award", flat=True).order_by("position")) == [None, own.pk]


@pytest.mark.parametrize(
    ("typed", "index"),
    [
        ("Zółć, Ada", "learner_by_last_name"),
        ("17 70efdf2ec9b086079795c442636b55fb", "learner_by_name"),
        ("P17@example.org", "learner_identifier_once"),
        ("s-17", "learner_identifier_by_number"),
    ],
)
def test_person_is_found_along_an_index_among_thirty_thousand(typed, index):
    house = house_with(ADA)
    _add_people(house.achievement.organisation_id)

    with CaptureQueriesContext(connection) as seen:
        learners_like(house.achievement.organisation_id, typed)

    plans = [_plan(one["sql"]) for one in seen.captured_queries]
    assert any(index in plan for plan in plans), plans
    assert not any("Seq Scan" in plan for plan in plans), plans


def _add_people(organisation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_learner (id, organisation_id, preferred_name, legal_name, language, name_said,"
            " name_turned, created_at) SELECT gen_random_uuid(), %s, n || ' ' || md5(n::text), '', 'en',"
            " n || ' ' || md5(n::text), md5(n::text) || ' ' || n, now() FROM generate_series(1, %s) AS n",
            [organisation, PEOPLE],
        )
        cursor.execute(
            "INSERT INTO registry_learneridentifier (id, learner_id, organisation_id, type, scope, value) SELECT"
            " gen_random_uuid(), id, organisation_id, kind, CASE kind WHEN 'email' THEN '' ELSE 'a.example' END,"
            " CASE kind WHEN 'email' THEN 'p' || n || '@example.org' ELSE 's-' || n END"
            " FROM (SELECT id, organisation_id, split_part(name_said, ' ', 1) AS n FROM registry_learner"
            " WHERE name_said ~ '^[0-9]') AS one, (VALUES ('email'), ('matriculation')) AS kinds (kind)"
        )
        cursor.execute("ANALYZE registry_learner")
        cursor.execute("ANALYZE registry_learneridentifier")


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


# -- a name put right -----------------------------------------------------------------------------------


def corrected(house, award, name):
    return house.client.post(f"{house.page_of(award)}correct/", {"name": name, "email": "ada@example.org"})


@pytest.mark.parametrize("signed", [True, False])
def test_record_follows_a_corrected_name(signed):
    house = house_with(ADA)
    if signed:
        sign()
    award = Award.objects.get()
    corrected(house, award, "Ada Kıng")

    ada = Learner.objects.get()
    assert "<h1><bdi>Ada Kıng</bdi></h1>" in house.read(f"{house.home}people/{ada.pk}/")
    assert names(house.read(f"{house.home}people/", q="king ada")) == ["Ada Kıng"]
    assert names(house.read(f"{house.home}people/", q="lovelace")) == []
    assert 'value="Ada Kıng"' in house.read(house.award_page, learner=str(ada.pk))
    entry = AuditEntry.objects.get(act="learner.renamed")
    assert (entry.object_id, entry.detail) == (str(ada.pk), {})


def test_record_that_bears_another_name_keeps_it():
    house = house_with(ADA)
    sign()
    Learner.objects.update(preferred_name="Augusta Ada King")

    corrected(house, Award.objects.get(), "Ada K. Lovelace")

    assert Learner.objects.get().preferred_name == "Augusta Ada King"
    assert not AuditEntry.objects.filter(act="learner.renamed").exists()
