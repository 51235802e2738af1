"""An organisation full of things that nobody else may see, each marked so that it is known wherever it turns up."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import models
from django.utils import timezone

from catalogue.services import SignatoryOrder, name_signatory
from credentials.documents import AwardFacts
from credentials.multikey import encode_multikey
from issuing.claim_links import claim_token
from issuing.models import (
    ApprovalKind,
    Award,
    AwardState,
    Batch,
    BatchState,
    ChangeKind,
    Credential,
    ExportFormat,
    PublishedStatusList,
    ResultsFile,
    SigningKey,
    StatusPurpose,
)
from issuing.services import (
    ApprovalOrder,
    AwardOrder,
    ChangeOrder,
    ExportOrder,
    ask_export,
    award_achievement,
    draft_change,
    set_approval,
    try_award,
)
from registry.actors import SYSTEM, Actor
from registry.models import IdentityProvider, Role
from registry.permissions import Scope
from registry.services import (
    MandateOrder,
    Recipient,
    ask_mandate,
    create_oauth_client,
    invite_member,
    one_time_sign_in_url,
)
from registry.services.identities import propose_roles
from tests.integrations.builders import Tenant, build_key, build_tenant
from tests.issuing.requests import applicant, ask
from tests.registry.builders import build_member, build_organisation, build_user

CANARY = "Kanarienvogel"
CANARY_MAIL = "kanarienvogel@victim.example"


@dataclass
class Victim:
    """The other organisation: what addresses name of it, and what must not be told."""

    tenant: Tenant
    award: Award
    batch: Batch
    list_id: uuid.UUID
    sign_in_token: str
    key_prefix: str
    mail_name: str
    change_id: uuid.UUID
    export_id: uuid.UUID
    trial_id: uuid.UUID
    application_id: uuid.UUID
    secrets: list[str] = field(default_factory=list)

    def values(self) -> dict[str, str]:
        """Return what stands for each parameter of a route; a parameter that is missing here fails the matrix."""
        entry, number = self.tenant.draft, str(self.award.pk)
        return {
            "achievement_id": str(entry.pk),
            "award_id": number,
            "batch_id": str(self.batch.pk),
            "learner_id": str(self.award.learner_id),
            "change_id": str(self.change_id),
            "export_id": str(self.export_id),
            "application_id": str(self.application_id),
            "merge_id": str(uuid.uuid4()),
            "results_id": str(self.batch.results_file_id),
            "decision": "confirm",
            "credential_id": number,
            "number": number,
            "public_id": str(self.list_id),
            "issuer": self.tenant.issuer.slug,
            "slug": entry.slug,
            "sha256": self.tenant.published.versions.get().image_sha,
            "suffix": "json",
            "token": claim_token(self.award.pk),
            "agreement_id": str(uuid.uuid4()),
            "mandate_id": str(self.tenant.organisation.mandates_held.get().pk),
            "user_id": str(self.tenant.root.memberships.first().user_id),
            "membership_id": str(self.tenant.root.memberships.first().pk),
            "key_id": str(self.tenant.root.api_keys.first().pk),
            "client_number": str(self.tenant.root.oauth_clients.first().pk),
            "invitation_id": str(self.tenant.root.invitations.first().pk),
            "proposal_id": str(self.tenant.root.role_proposals.get().pk),
            "name": self.mail_name,
            "cryptosuite": "eddsa-rdfc-2022",
            "purpose": "revocation",
            # of accounts and the operators' administration
            "key": "unknown-key",
            "uidb36": "0",
            "pk": "1",
            "object_id": str(self.tenant.organisation.pk),
            "content_type_id": "1",
            "app_label": "registry",
            "url": "nothing/",
        }

    def of_route(self, pattern: str) -> dict[str, str]:
        """Return the parameters' values where a name means something else on one route."""
        if pattern.startswith("about/"):
            return {"name": "privacy"}
        if pattern.startswith("^media/"):
            return {"suffix": "png"}
        if pattern.startswith("console/"):
            return {
                "slug": self.tenant.organisation.slug,
                "node_id": str(self.tenant.root.pk),
                "change": "revoke",
                "issuer_id": str(self.tenant.issuer.pk),
                "key_id": str(self.tenant.issuer.signing_keys.get().pk),
                "body": "partner-college",
                "part": "facts",
                "signatory_id": str(self.tenant.issuer.signatories.get().pk),
                "table": "time",
            }
        if pattern.startswith("operator/"):
            names = {"provider_id": str(uuid.uuid4()), "kind": "openid"}
            return names | {"slug": self.tenant.organisation.slug, "issuer_id": str(self.tenant.issuer.pk)}
        if pattern.startswith("trials/"):
            return {"number": str(self.trial_id), "slug": self.tenant.issuer.slug}
        if pattern.startswith("issuers/"):
            return {"slug": self.tenant.issuer.slug}
        if "/v/<int:number>" in pattern:
            return {"number": "1"}
        return {"token": self.sign_in_token} if "sign-in" in pattern else {}


def build_victim(mails: Path, **entry: Any) -> Victim:
    """Build the other organisation through the services; what the worker would sign is put in by hand."""
    tenant = build_tenant(**entry)
    _mark_draft(tenant)
    _propose_role(tenant)
    award = award_achievement(order=_order(tenant), actor=SYSTEM)
    batch = Batch.objects.create(
        organisation=tenant.organisation,
        version=award.version,
        file_sha="0" * 64,
        state=BatchState.DONE,
        counts={"refused": 1},
        results_file=ResultsFile.objects.create(organisation=tenant.organisation, file_sha="0" * 64),
        report=[{"row": 1, "state": "refused", "code": CANARY, "column": "", "remedy": CANARY}],
    )
    Award.objects.filter(pk=award.pk).update(batch=batch, row_number=1)
    _sign(award, tenant)
    dean = SignatoryOrder(name=f"{CANARY} Dean", role="Dean")
    name_signatory(issuer=tenant.issuer, order=dean, actor=SYSTEM)
    member = build_member(tenant.root, Role.OWNER)
    key, _secret = build_key(tenant.root)
    create_oauth_client(node=tenant.root, name=CANARY, scopes=[Scope.AWARDS_READ], actor=SYSTEM)
    invite_member(node=tenant.root, email=f"invited.{CANARY_MAIL}", role=Role.EDITOR, actor=SYSTEM)
    body = MandateOrder(issuer=tenant.issuer, on_behalf_of=build_organisation().slug, since=dt.date(2026, 1, 1))
    ask_mandate(order=body, actor=SYSTEM)
    token, prefix = _sign_in_token(member), key.prefix
    further = _change(award), _export(tenant), _trial(tenant, member), _request(tenant)
    victim = Victim(tenant, award, batch, award.status_list_id, token, prefix, _mail(mails), *further)
    numbers = award.pk, batch.pk, tenant.draft.pk, victim.trial_id
    victim.secrets = [CANARY, CANARY_MAIL, *map(str, numbers), key.prefix]
    return victim


def _change(award: Award) -> uuid.UUID:
    order = ChangeOrder(
        organisation=award.organisation, kind=ChangeKind.REVOKE, named=[str(award.pk)], reason=CANARY, note=CANARY
    )
    return draft_change(order=order, actor=SYSTEM).pk


def _propose_role(tenant: Tenant) -> None:
    """Let a provider propose a role for somebody who holds none."""
    rule = {"attribute": "eppn", "value": "x", "organisation": tenant.organisation.slug, "role": "viewer"}
    provider = IdentityProvider(slug="victims-provider", role_rules=[rule])
    propose_roles(user=build_user(), provider=provider, attributes={"eppn": ["x"]})


def _export(tenant: Tenant) -> uuid.UUID:
    return ask_export(order=ExportOrder(node=tenant.root, format=ExportFormat.CSV), actor=SYSTEM).pk


def _trial(tenant: Tenant, member: Actor) -> uuid.UUID:
    return try_award(order=_order(tenant), trial_id=uuid.uuid4(), actor=member).pk


def _request(tenant: Tenant) -> uuid.UUID:
    """Let somebody apply for what the other organisation awards."""
    kinds = frozenset({ApprovalKind.LEARNER_APPLIES})
    set_approval(order=ApprovalOrder(place=tenant.published, kinds=kinds), actor=SYSTEM)
    return ask(tenant.published, applicant(f"request.{CANARY_MAIL}"), name=f"{CANARY} Request").pk


def _mark_draft(tenant: Tenant) -> None:
    version = tenant.draft.versions.get()
    version.texts = {**version.texts, "name": {"en": f"{CANARY} draft"}}
    version.save()


def _order(tenant: Tenant) -> AwardOrder:
    person = Recipient(name=f"{CANARY} Mustermann", email=CANARY_MAIL)
    return AwardOrder(achievement=tenant.published, recipient=person)


def _sign(award: Award, tenant: Tenant) -> None:
    """Put in what a worker stores; the signature is none, which no route of the matrix needs."""
    now = timezone.now()
    public = encode_multikey(Ed25519PrivateKey.generate().public_key())
    key = SigningKey.objects.create(
        issuer=tenant.issuer, public_multibase=public, private_sealed=b"", nonce=b"", kek_id="x", valid_from=now
    )
    facts = AwardFacts.from_json(award.facts)
    document = json.dumps({"id": facts.credential_id, "name": f"{CANARY} Mustermann"})
    Credential.objects.create(
        award=award,
        organisation=tenant.organisation,
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        key=key,
        proof_created=now,
        signed_at=now,
    )
    Award.objects.filter(pk=award.pk).update(state=AwardState.SIGNED)
    PublishedStatusList.objects.create(
        list_id=award.status_list_id, purpose=StatusPurpose.REVOCATION, version=1, document="{}", etag="x", at=now
    )


def _sign_in_token(member: Any) -> str:
    from registry.models import User

    return one_time_sign_in_url(User.objects.get(pk=member.user_id)).rpartition("/")[2]


def _mail(folder: Path) -> str:
    message = EmailMessage()
    message["Subject"], message["To"] = f"{CANARY} mail", CANARY_MAIL
    message.set_content(CANARY)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "victim.eml").write_bytes(message.as_bytes())
    return "victim.eml"


def object_id(model: type[models.Model]) -> str:
    """Return the id of some row for the operators' administration, where every row is another organisation's."""
    row = model._base_manager.values_list("pk", flat=True).first()
    return str(row or uuid.UUID(int=1))
