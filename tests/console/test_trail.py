"""The audit trail on a page: filtered, bounded, taken along as a file without formulas; and who may read it."""

import csv
import io

import pytest

from issuing.models import Export, ExportFormat, ExportState
from issuing.services import ExportOrder, ask_export, write_export
from registry import trail as trail_of_registry
from registry.actors import SYSTEM, actor_for_user
from registry.audit import record_act
from registry.errors import RoleRequiredError
from registry.models import AuditEntry, Membership, OutboxMessage, Role, User
from registry.services import create_faculty
from registry.trail import TrailFilter
from registry.workbooks import read_workbook
from tests.console.houses import build_house, signed_in
from tests.console.test_exports import file_of
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


def _asked(house, **said):
    return house.client.post(f"{house.home}audit/export", {"format": "csv"} | said)


def _rows_of(house, answer) -> list[dict]:
    file = file_of(house, answer).whole.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(file)))


def test_export_has_the_same_entries_without_formulas_and_is_noted():
    house = build_house(Role.OWNER)
    house.user.name = "=HYPERLINK(1)"
    house.user.save()
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=actor_for_user(house.user))
    narrowed = {"act": "node", "by": str(house.user.pk), "object": str(law.pk), "since": "2020-01-01"}

    answer = _asked(house, **narrowed)
    book = file_of(house, _asked(house, format="xlsx", **narrowed)).whole
    rows = _rows_of(house, answer)

    assert [row["act"] for row in rows] == ["node.created"]
    assert not rows[0]["name"].startswith("=")
    assert [cells[2] for _number, cells in read_workbook(book).lines] == ["act", "node.created"]
    assert "The file has one act" in house.read(answer["Location"])
    assert AuditEntry.objects.filter(act="audit.exported").count() == 2
    assert AuditEntry.objects.filter(act="export.written").latest("id").detail == {"rows": 1}
    assert _rows_of(house, _asked(house, until="2020-01-01")) == []
    for wrong in ({"format": "exe"}, {"format": ""}, {"act": "x"}):
        assert _asked(house, **wrong).status_code == 404


def test_long_trail_is_written_by_the_worker_whole_and_what_a_file_does_not_take_is_told(monkeypatch):
    monkeypatch.setattr("issuing.services.exporting.AT_ONCE", 2)
    monkeypatch.setattr(trail_of_registry, "WINDOW", 3)
    house = build_house(Role.OWNER)
    for _ in range(8):
        record_act(SYSTEM, "node.renamed", house.achievement.organisation, organisation=house.achievement.organisation)

    answer = _asked(house, act="node")
    waiting = house.read(answer["Location"])
    (message,) = OutboxMessage.objects.filter(topic="export.asked")
    write_export(export_id=message.payload["export_id"])
    monkeypatch.setattr("issuing.services.exporting.MOST_ROWS", 5)
    cut = _asked(house, act="node")
    write_export(export_id=OutboxMessage.objects.filter(topic="export.asked").latest("id").payload["export_id"])

    assert "being written" in waiting
    every = list(AuditEntry.objects.filter(act__startswith="node.").order_by("-id").values_list("id", flat=True))
    assert [int(row["number"]) for row in _rows_of(house, answer)] == every
    assert "takes no more" not in house.read(answer["Location"])
    assert [int(row["number"]) for row in _rows_of(house, cut)] == every[:5]
    assert "takes no more" in house.read(cut["Location"])


def test_file_of_the_trail_is_for_who_asked_while_they_administer():
    house = build_house(Role.ADMIN)
    answer = _asked(house)
    other = signed_in(User.objects.get(pk=build_member(house.achievement.issuer.node, Role.OWNER).user_id))

    assert other.get(answer["Location"]).status_code == 404
    Membership.objects.filter(user=house.user).update(role=Role.AWARDER)
    assert house.client.get(answer["Location"]).status_code == 404
    assert house.client.post(f"{answer['Location']}file").status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AWARDER, Role.APPROVER, Role.VIEWER])
def test_trail_is_for_who_administers_all_of_it(role):
    house = build_house(role)

    assert house.client.get(f"{house.home}audit/").status_code == 403
    assert _asked(house).status_code == 403


def test_file_of_the_trail_is_asked_for_and_written_for_administrators_alone():
    house = build_house(Role.ADMIN)
    order = ExportOrder(node=house.achievement.issuer.node, format=ExportFormat.CSV, trail=TrailFilter())
    asked = Export.objects.get(pk=_asked(house)["Location"].split("/")[-2])
    Export.objects.update(state=ExportState.ASKED)
    Membership.objects.filter(user=house.user).update(role=Role.AWARDER)

    with pytest.raises(RoleRequiredError):
        ask_export(order=order, actor=actor_for_user(house.user))
    with pytest.raises(RoleRequiredError):
        write_export(export_id=asked.pk)
    assert Export.objects.get().state == ExportState.ASKED


def test_dean_of_a_faculty_reads_no_trail_of_the_others():
    house = build_house(Role.VIEWER)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=SYSTEM)
    dean = build_member(law, Role.OWNER)

    assert signed_in(User.objects.get(pk=dean.user_id)).get(f"{house.home}audit/").status_code == 403
