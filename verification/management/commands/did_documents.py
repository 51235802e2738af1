"""Everything that a stranger needs to verify our credentials offline."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from issuing.selectors import issuer_did_document, newest_status_list, platform_did_document, published_lists
from registry.models import Issuer


class Command(BaseCommand):
    """`manage.py did_documents`."""

    help = (
        "Write a JSON object to standard output: every issuer's DID and the platform's, each with its DID document, "
        "and every status list's address with its newest signed version."
    )

    def handle(self, **_options: object) -> None:
        """Write the map."""
        found = {document["id"]: document for document in _did_documents() if document.get("verificationMethod")}
        self.stdout.write(json.dumps(found | _status_lists(), ensure_ascii=False, indent=1))


def _did_documents() -> list[dict[str, Any]]:
    return [*(issuer_did_document(issuer) for issuer in Issuer.objects.order_by("slug")), platform_did_document()]


def _status_lists() -> dict[str, Any]:
    """Return the newest version of each list by the address that credentials name."""
    found = {}
    for entry in published_lists():
        for public_id in (entry.pk, entry.suspension_id):
            newest = newest_status_list(public_id)
            if newest is not None:
                found[f"{entry.base_url}/status/{public_id}"] = json.loads(newest.document)
    return found
