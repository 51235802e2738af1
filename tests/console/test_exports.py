"""Lists as files: neutralised (P5), written by the worker where long, kept for a day, for who asked."""

import csv
import datetime as dt
import io
import re
import zipfile

import pytest
from django.utils import timezone

from console.views import exports
from issuing.models import Export, ExportPart
from issuing.services import forget_exports, write_export
from registry.models import AuditEntry, Membership, OutboxMessage, Role, User
from registry.services import Recipient
from registry.throttle import count_request
from registry.workbooks import read_workbook
from tests.console.houses import build_house, signed_in
from tests.issuing.ways import award_now, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
HOSTILE = ['=HYPERLINK("http://evil")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\tTab", "＝1", "A;=1", "<b>&\x0b"]


def house_with(*names):
    house = build_house()
    for number, name in enumerate(names, start=1):
        award_now(house.achievement, recipient=Recipient(name=name, email=f"p{number}@example.org"))
    sign()
    return house


def asked(house, **said):
    return house.client.post(f"{house.home}awards/export", {"format": "csv", "show": "all"} | said)


def file_of(house, answer):
    """Take a file along; what was streamed stands in `whole`."""
    file = house.client.post(f"{answer['Location']}file")
    file.whole = file.getvalue()
    return file


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_short_list_is_there_at_once_and_no_cell_is_a_formula(format):
    names = [f"{begin}Ada" for begin in HOSTILE[:6]]
    house = house_with("Żółć", *names)

    answer = asked(house, format=format)
    file = file_of(house, answer)

    if format == "csv":
        rows = list(csv.reader(io.StringIO(file.whole.decode("utf-8-sig"))))
    else:
        rows = [cells for _number, cells in read_workbook(file.whole).lines]
        sheet = zipfile.ZipFile(io.BytesIO(file.whole)).read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert re.findall(r' t="(\w+)"', sheet) == ["inlineStr"] * (11 * len(rows))
    assert len(rows) == 8
    assert {"Żółć", "p1@example.org"} <= {cell for row in rows for cell in row}
    assert not any(re.match(r"[=+\-@\t＝]", cell) for row in rows for cell in row)
    assert AuditEntry.objects.get(act="export.written").detail == {"rows": 7}
    assert "attachment" in file["Content-Disposition"]


def test_long_list_is_the_workers(monkeypatch):
    monkeypatch.setattr("issuing.services.exporting.AT_ONCE", 2)
    monkeypatch.setattr("issuing.services.exporting.WINDOW", 2)
    monkeypatch.setattr("issuing.services.exporting.PART_BYTES", 100)
    house = house_with("A", "B", "C", "D", "E")

    answer = asked(house)
    assert "being written" in house.read(answer["Location"])
    assert file_of(house, answer).status_code == 404
    (message,) = OutboxMessage.objects.filter(topic="export.asked")
    write_export(export_id=message.payload["export_id"])
    write_export(export_id=message.payload["export_id"])

    assert "The file has 5 awards" in house.read(answer["Location"])
    rows = list(csv.reader(io.StringIO(file_of(house, answer).whole.decode("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:]) == ["A", "B", "C", "D", "E"]
    assert ExportPart.objects.count() > 1
    assert "It was downloaded once." in house.read(answer["Location"])
    assert house.client.get(f"{answer['Location']}file").status_code == 405, "what only looks takes nothing along"
    file_of(house, answer)
    assert [entry.detail for entry in AuditEntry.objects.filter(act="export.taken").order_by("pk")] == [
        {"rows": 5, "times": 1},
        {"rows": 5, "times": 2},
    ]
    assert AuditEntry.objects.filter(act="export.written").count() == 1
    assert "takes no more" not in house.read(answer["Location"])


@pytest.mark.parametrize("act", ["awards/export", "audit/export"])
def test_lists_are_asked_for_only_so_often(act):
    house = build_house(Role.OWNER)
    spend(exports.ASKED, house.user)

    assert house.client.post(f"{house.home}{act}", {"format": "csv", "show": "all"}).status_code == 429
    assert not Export.objects.exists()


def test_a_list_is_taken_along_only_so_often():
    house = house_with("Ada")
    answer = asked(house)
    spend(exports.TAKEN, house.user)

    assert house.client.post(f"{answer['Location']}file").status_code == 429
    assert Export.objects.get().taken == 0


def spend(rate, user):
    for _time in range(rate.requests):
        count_request(rate=rate, caller=f"user:{user.pk}", at=timezone.now())


def test_list_that_a_file_does_not_take_says_so(monkeypatch):
    monkeypatch.setattr("issuing.services.exporting.MOST_ROWS", 2)
    house = house_with("A", "B", "C")

    answer = asked(house)

    assert file_of(house, answer).whole.decode().count("\n") == 3
    assert "takes no more" in house.read(answer["Location"])


def test_file_has_what_the_page_was_narrowed_to():
    house = house_with("Ada Lovelace", "Grace Hopper")

    rows = file_of(house, asked(house, q="lovelace")).whole.decode()

    assert "Ada Lovelace" in rows
    assert "Grace Hopper" not in rows
    assert file_of(house, asked(house, show="revoked")).whole.decode().count("\n") == 1
    for wrong in ({"format": "exe"}, {"show": "nonsense"}, {"achievement": "x"}):
        assert asked(house, **wrong).status_code == 404


def test_file_is_for_who_asked_while_they_award_and_is_gone_after_a_day():
    house = house_with("Ada")
    answer = asked(house)
    other = signed_in(User.objects.get(pk=build_member(house.achievement.issuer.node, Role.OWNER).user_id))
    assert other.get(answer["Location"]).status_code == 404
    assert forget_exports() == 0

    Membership.objects.filter(user=house.user).update(role=Role.VIEWER)
    assert file_of(house, answer).status_code == 404
    assert asked(house).status_code == 403
    Membership.objects.filter(user=house.user).update(role=Role.AWARDER)
    assert file_of(house, answer).status_code == 200
    Export.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert file_of(house, answer).status_code == 404
    assert forget_exports() == 1
    assert not ExportPart.objects.exists()
