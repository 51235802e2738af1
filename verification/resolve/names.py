"""The name that a document gives its issuer, beside the names in the register of trusted issuers."""

from __future__ import annotations

from verification.checks import IssuerReading, Resemblance, Voucher
from verification.lookalikes import resembled
from verification.selectors import registered_names


def resemblance(issuer: IssuerReading, vouchers: tuple[Voucher, ...]) -> Resemblance | None:
    """Say whose registered name the document's resembles; nobody's where the register has the issuer under it."""
    if not issuer.name or any(issuer.name in voucher.names for voucher in vouchers):
        return None
    return resembled(issuer.name, registered_names(but=issuer.did))
