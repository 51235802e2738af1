"""Drafts of the API whose alignments give only an address."""

from __future__ import annotations

import json

import pytest

from catalogue.services import import_terms
from catalogue.vocabularies import read_vocabulary
from registry.actors import SYSTEM
from registry.permissions import Scope
from tests.integrations.builders import build_machine, build_tenant
from tests.integrations.test_achievements import ENTRIES, an_entry

pytestmark = pytest.mark.django_db
SKILL = "http://data.europa.eu/esco/skill/001115fb-569f-4ee6-8381-c6807ef2527f"


def test_an_address_alone_gets_its_name_and_an_unknown_one_is_refused_with_its_remedy():
    tenant = build_tenant()
    machine = build_machine(tenant, Scope.CATALOGUE_WRITE)
    terms = [{"uri": SKILL, "kind": "skill", "labels": {"en": "show initiative"}}]
    file = read_vocabulary(json.dumps({"vocabulary": "ESCO", "terms": terms}).encode(), name="esco.json")
    import_terms(file=file, actor=SYSTEM)

    made = machine.post(ENTRIES, an_entry(tenant, alignments=[{"target_url": SKILL}]))
    refused = machine.post(ENTRIES, an_entry(tenant, slug="other", alignments=[{"target_url": f"{SKILL}0"}]))

    assert made.status_code == 201, made.content
    assert made.json()["content"]["alignments"][0]["target_name"] == "show initiative"
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-term")
    assert "import_vocabulary" in refused.content.decode()
