"""What the demonstration lacks and its pictures need: awards in every state of a claim page, statements, a full entry.

`python .ci/scene.py` acts on the house of VAR_DIR, waits for its worker, and writes {name: address} as JSON.
"""

import dataclasses
import datetime as dt
import json
import os
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.utils import timezone  # noqa: E402

from catalogue.content import PartyContent  # noqa: E402
from catalogue.models import Achievement  # noqa: E402
from issuing.claim_links import claim_url  # noqa: E402
from issuing.models import ApprovalKind, Award, AwardState, Credential, SignedDocument  # noqa: E402
from issuing.selectors import bearer_of  # noqa: E402
from issuing.services import (  # noqa: E402
    ApprovalOrder,
    EndorsementOrder,
    ReportOrder,
    accept_award,
    approve_awards,
    award_achievement,
    cancel_award,
    decline_award,
    request_endorsement,
    request_report,
    set_approval,
    withdraw_claim_link,
)
from registry.actors import SYSTEM  # noqa: E402
from registry.models import Organisation, SigningPolicy  # noqa: E402
from registry.selectors import link_base_url  # noqa: E402
from tests.catalogue.everything import EVERYTHING  # noqa: E402
from tests.issuing.builders import awarder_at, build_achievement, build_issuer, build_order  # noqa: E402
from tests.verification.builders import vouch_for  # noqa: E402

PARTIES = tuple(
    PartyContent(role=role, name=name)
    for role, name in (("co-awards", "Second University"), ("delivers", "Academy"), ("assesses", "Testing House"))
)
PATIENCE_SECONDS = 120
OPEN, OVER = dt.date(2100, 1, 1), dt.date(2020, 2, 1)


def entry(**organisation: object) -> Achievement:
    """Make an organisation with an entry that it awards jointly."""
    issuer = build_issuer(timezone="Europe/Berlin", **organisation)
    return build_achievement(issuer, parties=PARTIES)


def signed(*awards: Award) -> None:
    """Wait for the worker."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while Credential.objects.filter(pk__in=[award.pk for award in awards]).count() < len(awards):
        if time.monotonic() > ends:
            raise SystemExit("The worker has not signed.")
        time.sleep(0.5)


def claims() -> dict[str, str]:
    """Make an award for each state of a claim page."""
    asked, given = entry(signing_policy=SigningPolicy.AT_CLAIM), entry()
    vouch_for(given.issuer.did)
    names = ("OFFER", "DECLINED", "LAPSED", "CANCELLED", "ACCEPTED", "ENDED", "WITHDRAWN")
    made = {name: award_achievement(order=build_order(asked), actor=SYSTEM) for name in names}
    made["SIGNED"] = award_achievement(order=build_order(given), actor=SYSTEM)
    later = timezone.now() + dt.timedelta(days=4)
    made["SCHEDULED"] = award_achievement(order=build_order(asked, send_at=later), actor=SYSTEM)
    addresses = {name: claim_url(award.pk, until=OVER if name == "ENDED" else OPEN) for name, award in made.items()}
    decline_award(award_id=made["DECLINED"].pk, actor=bearer_of(made["DECLINED"]))
    cancel_award(award_id=made["CANCELLED"].pk, actor=SYSTEM)
    withdraw_claim_link(award_id=made["WITHDRAWN"].pk, actor=SYSTEM)
    # Both are over in a moment or in a year: pictures wait for neither.
    Award.objects.filter(pk=made["ACCEPTED"].pk).update(state=AwardState.ACCEPTED)
    Award.objects.filter(pk=made["LAPSED"].pk).update(claim_until=timezone.now() - dt.timedelta(days=1))
    signed(made["SIGNED"])
    accept_award(award_id=made["SIGNED"].pk, actor=bearer_of(made["SIGNED"]))
    return addresses


def statements() -> dict[str, str]:
    """Make a release, an endorsement and a report, and the page of what was released."""
    body = build_issuer().organisation
    party = PartyContent(role="co-awards", name="Second University", organisation=body.slug)
    joint = build_achievement(build_issuer(default_visibility="unlisted"), parties=(party,))
    set_approval(order=ApprovalOrder(place=joint, kinds=frozenset({ApprovalKind.AWARDING_BODIES})), actor=SYSTEM)
    award = award_achievement(order=build_order(joint), actor=awarder_at(joint))
    approve_awards(subject_id=award.pk, actor=SYSTEM, party=body.slug)
    signed(award)
    base = link_base_url()
    endorsement = EndorsementOrder(issuer=joint.issuer, about=f"{base}/c/{award.pk}", comment="A sound course.")
    report = ReportOrder(
        document_sha256="0" * 64,
        checked_at=timezone.now(),
        verdict="could-not-confirm",
        findings=[
            ("format", "passed", "json"),
            ("proof", "passed", "unchanged"),
            ("status", "unknown", "unreachable"),
        ],
    )
    asked = [
        request_endorsement(order=endorsement, actor=SYSTEM),
        request_report(order=report, actor=SYSTEM),
        SignedDocument.objects.get(kind="release", subject_ref=f"award:{award.pk}").pk,
    ]
    while SignedDocument.objects.filter(pk__in=asked, state="asked").exists():
        time.sleep(0.5)
    addresses = zip(("ENDORSEMENT", "REPORT", "RELEASE"), asked, strict=True)
    return {name: f"{base}/statements/{number}" for name, number in addresses} | {"JOINT": f"{base}/c/{award.pk}"}


def full_entry() -> dict[str, str]:
    """Make an entry that says something in every column."""
    issuer = build_issuer()
    party = dataclasses.replace(EVERYTHING["parties"][0], organisation=issuer.organisation.slug)
    made = build_achievement(issuer, **{**EVERYTHING, "parties": (party,)})
    return {"FULL_ENTRY": f"{link_base_url()}/catalogue/{made.issuer.slug}/{made.slug}/"}


def main() -> None:
    """Make everything and tell where it is."""
    Organisation.objects.get(slug="charite-berlin")  # refuse to act on anything but a demonstration
    sys.stdout.write(json.dumps(claims() | statements() | full_entry()))


if __name__ == "__main__":
    main()
