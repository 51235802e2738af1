"""N8 of what the console keeps: a mandate, a file, a change or a rule in another organisation than what it is of."""

import datetime as dt

import pytest
from django.utils import timezone

from issuing.models import ApprovalKind, ApprovalPolicy, BulkChange, ChangeKind, Export, ExportFormat
from registry.models import Issuer, Mandate, Organisation
from tests.issuing.builders import build_issuer
from tests.issuing.ways import breaches
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db


def _mandate(issuer: Issuer, other: Organisation) -> None:
    rows = {"issuer": issuer, "organisation": other, "on_behalf_of": build_organisation()}
    Mandate.objects.create(since=dt.date(2026, 1, 1), asked_at=timezone.now(), **rows)


def _export(issuer: Issuer, other: Organisation) -> None:
    moment = {"made_at": timezone.now(), "expires_at": timezone.now()}
    Export.objects.create(organisation=other, node=issuer.node, format=ExportFormat.CSV, **moment)


def _change(issuer: Issuer, other: Organisation) -> None:
    BulkChange.objects.create(organisation=other, node=issuer.node, kind=ChangeKind.LINK, made_at=timezone.now())


def _rule(issuer: Issuer, other: Organisation) -> None:
    ApprovalPolicy.objects.create(organisation=other, node=issuer.node, kind=ApprovalKind.SECOND_PERSON)


@pytest.mark.parametrize("stray", [_mandate, _export, _change, _rule], ids=["mandate", "file", "change", "rule"])
def test_row_of_another_organisation_is_told(stray):
    issuer = build_issuer()
    assert breaches() == []

    stray(issuer, build_organisation())

    assert [(one.invariant, one.count) for one in breaches()] == [("N8", 1)]
