"""One of each thing that pages of the console are about, beside the credentials: what `bench console` looks at.

A page whose address names a further kind of thing wants one here, or a value of its own in `own_values`.
"""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from bench.console_scene import OWNER
from catalogue.content import AchievementContent
from catalogue.models import Achievement, AchievementKind, Party, PartyRole
from catalogue.services import (
    AchievementOrder,
    SignatoryOrder,
    create_achievement,
    name_signatory,
    publish_achievement,
)
from credentials.multikey import encode_multikey
from issuing.models import (
    ApprovalKind,
    Award,
    AwardState,
    Batch,
    BatchState,
    BulkChange,
    ChangeKind,
    Export,
    ExportFormat,
    ResultsFile,
    SigningKey,
)
from issuing.services import (
    ApplicationOrder,
    ApprovalOrder,
    AwardOrder,
    BatchOptions,
    BatchOrder,
    ChangeOrder,
    ExportOrder,
    ResultsOrder,
    apply_for,
    ask_export,
    award_achievement,
    draft_change,
    make_batch,
    make_results,
    run_batch,
    set_approval,
    set_mail_logo,
    try_award,
)
from registry.actors import SYSTEM, actor_for_user
from registry.models import (
    AgreementKind,
    ApiKey,
    IdentityProvider,
    Issuer,
    Node,
    NodeKind,
    OAuthClient,
    Role,
    RoleProposal,
    User,
)
from registry.permissions import Scope
from registry.services import (
    AgreementOrder,
    OrganisationOrder,
    ProfileOrder,
    Recipient,
    create_api_key,
    create_faculty,
    create_issuer,
    create_oauth_client,
    create_organisation,
    invite_member,
    publish_agreement,
)

DRAFT, SHARED, FURTHER, THEIRS = "draft-course", "shared-course", "further-course", "their-course"
PARTNER = "Partner College"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="80"><rect width="300" height="80"/></svg>'
PROVIDER = "https://idp.example.org/sso"
SKIPPING = BatchOptions(on_error="skip")
FAULTY = b"email,name,awarded_on\nada@example.org,Ada Example,2026-01-15\nnobody@example.org,,2026-02-31\n"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><path d="M20 20h160v60H20z"/></svg>'
JOINT = b"name,email\nBo Example,bo@example.org\nCy Example,cy@example.org\n"
RESULTS = b"name,email,score\nAda Example,ada@example.org,59.9\nBo Example,bo@example.org,70\n"


def furnish(slug: str = "bench", usual: str = "data-basics", owner: str = OWNER) -> None:
    """Make them at an issuer: files are of its `usual` achievement, and `owner` has its list made into a file."""
    issuer = Issuer.objects.select_related("node", "organisation").get(slug=slug)
    _achievement(issuer, DRAFT)
    _award_that_waits(issuer)
    _files(issuer, usual)
    _request(issuer)
    signed = Award.objects.filter(
        state__in=(AwardState.SIGNED, AwardState.DELIVERED), organisation=issuer.organisation
    )
    award = signed.earliest("accepted_at")
    kind = ChangeKind.REVOKE
    change = ChangeOrder(organisation=award.organisation, kind=kind, named=[str(award.pk)], reason="Looked into.")
    draft_change(order=change, actor=SYSTEM)
    invite_member(node=issuer.node, email="invited@example.org", role=Role.EDITOR, actor=SYSTEM)
    _machines_and_files(issuer, usual, owner)
    terms = AgreementOrder(kind=AgreementKind.TERMS, text={"en": "Award what was earned."})
    publish_agreement(order=terms, actor=SYSTEM)
    create_faculty(parent=issuer.node, name={"en": "Small Faculty"}, actor=SYSTEM)
    set_mail_logo(organisation=issuer.organisation, upload=LOGO, actor=SYSTEM)
    name_signatory(issuer=issuer, order=SignatoryOrder(name="Dr Ida Example", role="Dean"), actor=SYSTEM)
    _proposed_role(issuer)
    set_mail_logo(organisation=issuer.organisation, upload=LOGO, actor=SYSTEM)


def _machines_and_files(issuer: Issuer, usual: str, owner: str) -> None:
    """Make a key and a client for machines; and what is made for who asks alone: a list as a file, a trial."""
    scopes = [Scope.AWARDS_READ]
    create_api_key(node=issuer.node, name="Student system", scopes=scopes, actor=SYSTEM)
    create_oauth_client(node=issuer.node, name="Learning platform", scopes=scopes, actor=SYSTEM)
    asker = actor_for_user(User.objects.get(email=owner))
    ask_export(order=ExportOrder(node=issuer.node, format=ExportFormat.CSV), actor=asker)
    entries = Achievement.objects.select_related("issuer__node", "organisation")
    entry = entries.get(slug=usual, organisation=issuer.organisation)
    person = Recipient(name="Ada Example", email="ada@example.org")
    try_award(order=AwardOrder(achievement=entry, recipient=person), trial_id=uuid.uuid4(), actor=asker)


def _proposed_role(issuer: Issuer) -> None:
    """Enter an institution's sign-in, and somebody for whom it proposes a role."""
    provider = IdentityProvider.objects.create(slug="university", kind="saml", name="University", address=PROVIDER)
    user = User.objects.create_user("bo@example.org", name="Bo Example")
    because = {"provider": provider.slug, "because": "affiliation=staff"}
    RoleProposal.objects.create(
        organisation=issuer.organisation, node=issuer.node, user=user, role=Role.AWARDER, **because
    )


def _award_that_waits(issuer: Issuer) -> None:
    """Make an award that waits for a second person, and for a body that has no organisation here."""
    shared = _achievement(issuer, SHARED)
    publish_achievement(achievement=shared, actor=SYSTEM)
    shared.refresh_from_db()
    Party.objects.create(version=shared.versions.get(), role=PartyRole.CO_AWARDS, name=PARTNER)
    kinds = frozenset({ApprovalKind.SECOND_PERSON, ApprovalKind.AWARDING_BODIES})
    set_approval(order=ApprovalOrder(place=shared, kinds=kinds), actor=SYSTEM)
    person = Recipient(name="Ada Example", email="ada@example.org")
    award_achievement(order=AwardOrder(achievement=shared, recipient=person), actor=SYSTEM)
    _file_that_waits(shared)
    _file_of_others(issuer)
    _compromised_key(issuer)


def _compromised_key(issuer: Issuer) -> None:
    """Put in a key of before that was reported; it has signed nothing."""
    public = encode_multikey(Ed25519PrivateKey.generate().public_key())
    began, ended = (timezone.now() - dt.timedelta(days=days) for days in (800, 799))
    sealed = {"public_multibase": public, "private_sealed": b"", "nonce": b"", "kek_id": "x"}
    times = {"valid_from": began, "retired_at": ended, "compromised_at": ended}
    SigningKey.objects.create(issuer=issuer, **sealed, **times)


def _file_that_waits(achievement: Achievement) -> None:
    order = BatchOrder(achievement=achievement, content=JOINT, kind="csv", options=SKIPPING)
    run_batch(batch_id=make_batch(order=order, actor=SYSTEM, by_worker=False).pk)


def _file_of_others(body: Issuer) -> None:
    """Make a file of another organisation that waits for this one, which awards with it."""
    order = OrganisationOrder(slug="joint", name={"en": "Joint College"})
    root = create_organisation(order=order, owner=None, actor=SYSTEM).nodes.get(parent=None)
    profile = ProfileOrder(name={"en": "Joint College"}, url="https://joint.example.org")
    theirs = _achievement(create_issuer(node=root, slug="joint", profile=profile, actor=SYSTEM), THEIRS)
    publish_achievement(achievement=theirs, actor=SYSTEM)
    theirs.refresh_from_db()
    party = {"role": PartyRole.CO_AWARDS, "name": "Bench College", "organisation": body.organisation}
    Party.objects.create(version=theirs.versions.get(), **party)
    set_approval(order=ApprovalOrder(place=theirs, kinds=frozenset({ApprovalKind.AWARDING_BODIES})), actor=SYSTEM)
    _file_that_waits(theirs)


def _request(issuer: Issuer) -> None:
    """Let somebody apply for an achievement, with evidence."""
    further = Achievement.objects.select_related("issuer__node", "organisation").get(issuer=issuer, slug=FURTHER)
    kinds = frozenset({ApprovalKind.LEARNER_APPLIES})
    set_approval(order=ApprovalOrder(place=further, kinds=kinds), actor=SYSTEM)
    learner = User.objects.create_user(f"applicant.{issuer.slug}@example.org")
    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
    evidence = {
        "evidence_url": "https://example.org/work",
        "evidence_name": "Thesis",
        "statement": "All of it is mine.",
    }
    apply_for(order=ApplicationOrder(achievement=further, name="Cy Example", **evidence), user=learner)


def _files(issuer: Issuer, slug: str) -> None:
    """Make a file with a faulty row that waits, and one of results for two achievements."""
    entries = Achievement.objects.select_related("issuer__node", "organisation")
    usual = entries.get(issuer=issuer, slug=slug)
    order = BatchOrder(achievement=usual, content=FAULTY, kind="csv", options=SKIPPING, confirm=False)
    run_batch(batch_id=make_batch(order=order, actor=SYSTEM, by_worker=False).pk)
    further = _achievement(issuer, FURTHER)
    publish_achievement(achievement=further, actor=SYSTEM)
    further.refresh_from_db()
    results = ResultsOrder(achievements=[usual, further], content=RESULTS, kind="csv", options=SKIPPING)
    for part in make_results(order=results, actor=SYSTEM).parts.all():
        run_batch(batch_id=part.pk)


def _achievement(issuer: Issuer, slug: str) -> Achievement:
    content = AchievementContent(
        texts={
            "name": {"en": slug.replace("-", " ").capitalize()},
            "description": {"en": "Reading, weighing and showing data."},
        },
        facts={"assessment": {"state": "value", "value": {"en": "Supervised test"}}},
        outcomes=({"en": "Reads tables"},),
        outcome_rule={"measure": "score", "at_least": "70", "scale": "percent"} if slug == FURTHER else {},
    )
    kind = AchievementKind.MICRO_CREDENTIAL
    order = AchievementOrder(issuer=issuer, slug=slug, kind=kind, content=content)
    return create_achievement(order=order, actor=SYSTEM).achievement


def own_values(slug: str = "bench", owner: str = OWNER) -> dict[str, dict[str, str]]:
    """Return route → parameter → value, where a page of an issuer's house wants another thing than the usual sample."""
    draft = str(Achievement.objects.get(slug=DRAFT).pk)
    shared = Award.objects.filter(state=AwardState.AWAITING_APPROVAL, version__achievement__slug=SHARED)
    waiting = str(shared.get(batch=None).pk)
    files = Batch.objects.filter(results_file=None)
    waiting_file = {"batch_id": str(files.filter(state=BatchState.READY).latest("created_at").pk)}
    of_draft = {"achievement_id": draft}
    key = SigningKey.objects.filter(issuer__slug=slug).latest("valid_from")
    lost = SigningKey.objects.filter(issuer__slug=slug).earliest("valid_from")
    export = {"export_id": str(Export.objects.latest("made_at").pk)}
    provider = {"provider_id": str(IdentityProvider.objects.latest("created_at").pk)}
    return {
        "hand_over": {"user_id": str(User.objects.get(email=owner).pk)},
        **dict.fromkeys(("edit", "edit_part", "preview", "publishing", "badge", "publish", "plan"), of_draft),
        "approval": {"award_id": waiting},
        "record_decision": {"award_id": waiting, "body": "partner-college"},
        "record_file_decision": {
            "batch_id": str(files.get(version__achievement__slug=SHARED).pk),
            "body": "partner-college",
        },
        "file_approval": {"batch_id": str(files.get(version__achievement__slug=THEIRS).pk)},
        "failed_rows": waiting_file,
        "batch_columns": waiting_file,
        "faculty": {
            "node_id": str(
                Node.objects.filter(kind=NodeKind.FACULTY, organisation__issuers__slug=slug).latest("pk").pk
            )
        },
        **dict.fromkeys(("identity_provider", "provider_people"), provider),
        "new_identity_provider": {"kind": "saml"},
        "api_key": {"key_id": str(ApiKey.objects.latest("created_at").pk)},
        "oauth_client": {"client_number": str(OAuthClient.objects.latest("pk").pk)},
        "export": export,
        "export_file": export,
        "many_change": {"change_id": str(BulkChange.objects.latest("made_at").pk)},
        "report_key": {"issuer_id": str(key.issuer_id), "key_id": str(key.pk)},
        "sign_again": {"issuer_id": str(key.issuer_id), "key_id": str(lost.pk)},
        "results": {"results_id": str(ResultsFile.objects.latest("created_at").pk)},
    }
