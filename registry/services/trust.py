"""Acts on the register of trusted issuers and on this installation's hosts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.trials import is_trial_did
from registry.actors import Actor
from registry.audit import record_act
from registry.errors import MalformedError
from registry.language_maps import LanguageMap
from registry.models import HostAlias, TrustedIssuer
from registry.permissions import require_operator


class TrialIssuerError(MalformedError):
    """A DID that signs trials is to be entered into the register."""

    code = "trial-issuer"
    message = _("This address signs trials, which are worth nothing: enter the address that signs the certificates.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustOrder:
    """One line of a list of trusted issuers."""

    did: str
    name: LanguageMap
    vouched_by: str
    since: dt.date
    source: str
    host: str = ""
    for_what: str = ""
    until: dt.date | None = None


@transaction.atomic
def trust_issuer(*, order: TrustOrder, actor: Actor) -> TrustedIssuer:
    """Enter or renew who vouches for an issuer; one line per issuer and voucher.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        TrialIssuerError: it is a DID that signs trials; nobody vouches for what is worth nothing.
    """
    require_operator(actor)
    if is_trial_did(order.did):
        raise TrialIssuerError
    entry, created = TrustedIssuer.objects.update_or_create(
        did=order.did,
        vouched_by=order.vouched_by,
        defaults={
            "name": dict(order.name),
            "host": order.host,
            "for_what": order.for_what,
            "since": order.since,
            "until": order.until,
            "source": order.source,
        },
    )
    record_act(actor, "trusted_issuer.entered" if created else "trusted_issuer.renewed", entry)
    return entry


@transaction.atomic
def register_host(*, base_url: str, actor: Actor, make_canonical: bool = False) -> HostAlias:
    """Remember an address of this installation; the first one is canonical until `make_canonical` names another.

    `base_url` is scheme://host[:port] without a slash at the end. Doing it again changes nothing.
    """
    if make_canonical:
        HostAlias.objects.filter(canonical=True).exclude(base_url=base_url).update(canonical=False)
    first = not HostAlias.objects.filter(canonical=True).exists()
    host, created = HostAlias.objects.get_or_create(base_url=base_url, defaults={"canonical": first})
    moved = make_canonical and not host.canonical
    if moved:
        HostAlias.objects.filter(pk=host.pk).update(canonical=True)
        host.canonical = True
    if created or moved:
        record_act(actor, "host.registered", host, canonical=host.canonical)
    return host
