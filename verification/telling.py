"""The sentences of findings, by check and reason, in the reader's language. The checks know only codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.templatetags.look import day
from verification.checks import Check, Finding, Report
from verification.wording import check_sentence

Text = str | Promise

_TOO_LARGE = _("It is larger than anything we check.")
_OUT_OF_TIME = _("Reading it takes longer than we allow for one file.")
_PICTURE = _(
    "Only PNG and SVG pictures can carry a certificate, and this one carries none. Ask for the original file."
)

SENTENCES: Mapping[Check, Mapping[str, Text]] = {
    Check.FORMAT: {
        "too-large": _TOO_LARGE,
        "empty": _("There is nothing in it."),
        "not-recognised": _("This is neither a certificate file nor an address or number of one."),
        "not-a-credential": _("This address of ours is not a certificate's."),
        "not-fetched": _("The address did not answer, or we do not fetch from it. Give us the file instead."),
        "changed": _("What is stored is not what was signed, so its form says nothing."),
        "out-of-time": _OUT_OF_TIME,
        "out-of-memory": _OUT_OF_TIME,
        "unknown-context": _("It uses a vocabulary that we do not know, so we could not tell what its words mean."),
        "undefined-term": _("It contains a word that no vocabulary defines. A signature would not cover it."),
        "baking": _("The picture carries no certificate, or more than one. Ask for the original file."),
        "picture-too-large": _TOO_LARGE,
        "picture-without-data": _PICTURE,
        "pdf-later": _(
            "PDF files cannot be read yet. Use the link or the code printed on it, or ask for the JSON file."
        ),
        "sd-jwt-later": _("This kind of token cannot be read yet. Ask for the JSON file."),
    },
    Check.PROOF: {
        "changed": _("It was changed since it was signed: the signature no longer fits."),
        "not-as-issued": _("It is not what was issued under this number. Open the original by its link."),
        "before-key": _("The signature claims a time before its key existed."),
        "after-key": _("The signature claims a time when its key was no longer in use."),
        "key-compromised": _("Its key fell into the wrong hands, and nothing proves that the signature is older."),
        "key-not-ours": _("The issuer has never had the key that signed it."),
        "not-checked": _("It could not be compared, because the key is not the issuer's."),
    },
    Check.ISSUER_IDENTITY: {
        "another-signer": _("Somebody else than the named issuer signed it."),
        "not-listed": _("The issuer does not list the key that signed it."),
        "no-method": _("The signature does not say whose key made it."),
        "confirmed": _("The key is published at the issuer's address."),
    },
    Check.ISSUER_RECOGNISED: {
        "vouched": _("{vouched_by} vouches for it."),
        "looks-like-known": _("Its name looks like one in our register, but it is another issuer. Be careful."),
        "mixed-scripts": _("Its name mixes alphabets, as copies of well-known names do. Be careful."),
    },
    Check.VALIDITY: {
        "until": _("It is valid until {valid_until}."),
        "no-end": _("It has no end date."),
        "not-yet-valid": _("It begins on {valid_from}."),
        "expired": _("It was valid until {valid_until}."),
    },
    Check.STATUS: {
        "revoked": _("The issuer took it back on {revoked_at}."),
        "suspended": _("The issuer suspended it on {suspended_at}."),
        "superseded": _("The issuer replaced it by a newer version on {superseded_at}."),
        "as-of": _("Not revoked, by the issuer's list of {status_as_of}."),
        "not-revocable": _("It names no list of revoked certificates: its issuer has kept no way to take it back."),
        "list-not-published": _("No published list of revoked certificates covers it."),
        "list-unreachable": _("The issuer's list of revoked certificates did not answer."),
        "list-signed-by-other": _("The list of revoked certificates was not signed by the issuer."),
        "list-purpose-mismatch": _("The list that it names serves another purpose."),
        "list-index-out-of-range": _("The list that it names has no place for it."),
        "list-expired": _("The issuer's list of revoked certificates is out of date."),
        "no-record": _("It names us as its place, but we have no record of it."),
    },
    Check.HOLDER: {"nothing-to-compare": _("It carries nothing to compare with.")},
    Check.ENDORSEMENTS: {"not-checked": _("Endorsements are attached. They are not checked yet.")},
}
_UNPROVEN = _("Not looked up: nothing that it says is proven.")


def told(report: Report) -> Report:
    """Return the report with every finding's sentence in the reader's language."""
    return replace(report, findings=tuple(replace(finding, sentence=sentence(finding)) for finding in report.findings))


def sentence(finding: Finding) -> str:
    """Return the most precise sentence for one finding whose facts are all known."""
    if finding.reason == "unproven" and finding.check not in (Check.PROOF, Check.ISSUER_IDENTITY):
        return str(_UNPROVEN)
    text = SENTENCES.get(finding.check, {}).get(finding.reason)
    if text is None:
        return check_sentence(str(finding.check), str(finding.outcome))
    try:
        return str(text).format_map({name: _readable(value) for name, value in finding.facts.items()})
    except KeyError:
        # Without its date a precise sentence has a hole; the general one is whole.
        return check_sentence(str(finding.check), str(finding.outcome))


def _readable(value: object) -> object:
    return day(value) if isinstance(value, datetime | date) else value
