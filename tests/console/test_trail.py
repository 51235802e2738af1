"""The audit trail on a page: filtered, bounded, taken along as CSV without formulas; and who may read it."""

import csv
import io

import pytest

from registry import trail as trail_of_registry
from registry.actors import SYSTEM, actor_for_user
from registry.audit import record_act
from registry.models import AuditEntry, Role, User
from registry.services import create_faculty
from tests.console.houses import build_house, signed_in
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


def test_trail_names_who_did_what_and_is_narrowed_by_act_person_and_day():
    house = build_house(Role.OWNER)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=actor_for_user(house.user))

    everything = house.read(f"{house.home}audit/")
    faculties = house.read(f"{house.home}audit/", act="node", by=str(house.user.pk))
    old = house.read(f"{house.home}audit/", until="2020-01-01")

    assert "issuer.created" in everything
    assert "issuer.created" not in faculties
    assert str(law.pk) in faculties
    assert house.user.email in faculties
    assert "No such act" in old
    for wrong in ({"act": "x"}, {"since": "yesterday"}, {"before": "-1"}, {"before": "9" * 40}):
        assert house.client.get(f"{house.home}audit/", wrong).status_code == 404


def test_long_trail_has_pages_and_few_queries(django_assert_max_num_queries):
    house = build_house(Role.OWNER)
    for _ in range(60):
        record_act(SYSTEM, "node.renamed", house.achievement.organisation, organisation=house.achievement.organisation)

    with django_assert_max_num_queries(15):
        first = house.read(f"{house.home}audit/", act="node")

    last = AuditEntry.objects.filter(act="node.renamed").order_by("id").first()
    assert 'rel="next"' in first
    assert f"No. {last.pk}" not in first


def test_filter_looks_through_a_window_and_then_further_back(monkeypatch):
    monkeypatch.setattr(trail_of_registry, "WINDOW", 3)
    house = build_house(Role.OWNER)
    for _ in range(5):
        record_act(SYSTEM, "node.renamed", house.achievement.organisation, organisation=house.achievement.organisation)

    page = house.read(f"{house.home}audit/", act="organisation")

    assert "further back" in page
    assert 'rel="next"' in page


def test_export_has_the_same_entries_without_formulas_and_is_noted():
    house = build_house(Role.OWNER)
    house.user.name = "=HYPERLINK(1)"
    house.user.save()
    create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=actor_for_user(house.user))

    answer = house.client.post(f"{house.home}audit/export.csv", {"act": "node"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [row["act"] for row in rows] == ["node.created"]
    assert not rows[0]["name"].startswith("=")
    assert AuditEntry.objects.latest("id").act == "audit.exported"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AWARDER, Role.APPROVER, Role.VIEWER])
def test_trail_is_for_who_administers_all_of_it(role):
    house = build_house(role)

    assert house.client.get(f"{house.home}audit/").status_code == 403
    assert house.client.post(f"{house.home}audit/export.csv").status_code == 403


def test_dean_of_a_faculty_reads_no_trail_of_the_others():
    house = build_house(Role.VIEWER)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=SYSTEM)
    dean = build_member(law, Role.OWNER)

    assert signed_in(User.objects.get(pk=dean.user_id)).get(f"{house.home}audit/").status_code == 403
