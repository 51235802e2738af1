"""What a verdict says where its reason is known: by verdict and reason, else the verdict's own words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from verification.wording.verdicts import WORDING, Text, Wording

_OPEN: Final = WORDING["could-not-confirm"]
_UNKNOWN: Final = WORDING["issuer-not-known"]
_ASK = _("Treat it as not confirmed. Ask the issuer to confirm it, or to issue it in the standard form.")
_TELL_THEM = _("Tell your issuer that its certificates cannot be checked in this form.")
_REGISTERED = _(
    "It was signed by the key {issuer_key}, which calls itself “{claimed}”. The issuer “{resembles}” in our register has another key, and {resembles_vouched_by} vouches for that one alone."
)
_REGISTERED_HOST = _(
    "It was signed by a key of the address {issuer_host}, which calls itself “{claimed}”. The issuer “{resembles}” in our register has another address, and {resembles_vouched_by} vouches for that one alone."
)
_NOT_GENUINE = WORDING["not-genuine"]
_REVOKED = WORDING["revoked"]
_AGAIN = _("Ask your issuer to issue it again.")
_BEWARE = _("Do not take it as a certificate of the registered issuer. Ask that issuer whether it comes from there.")

VARIANTS: Mapping[str, Wording] = {
    "could-not-confirm/kind-not-supported": replace(
        _OPEN,
        sentence=_("It is of a kind that we cannot check yet. That is neither a yes nor a no."),
        named_sentences=(_("It is {kind_name}, and we cannot check that yet. That is neither a yes nor a no."),),
        next_step=_(
            "Check it at the place that issued it, or ask for a signed file of Open Badges 3.0 or Verifiable Credentials 2.0."
        ),
        yours=_TELL_THEM,
    ),
    "could-not-confirm/proof-not-supported": replace(
        _OPEN,
        sentence=_("Its signature is of a kind that we cannot check. That is neither a yes nor a no."),
        next_step=_ASK,
        yours=_TELL_THEM,
    ),
    "could-not-confirm/method-not-supported": replace(
        _OPEN,
        sentence=_(
            "We cannot follow the kind of address or key by which it names its issuer. That is neither a yes nor a no."
        ),
        next_step=_ASK,
        yours=_TELL_THEM,
    ),
    "could-not-confirm/not-listed": replace(
        _OPEN,
        sentence=_(
            "It names a key that is not, or no longer, in the list that its issuer publishes. Whether the issuer has had it, we cannot say. That is neither a yes nor a no."
        ),
        next_step=_ASK,
        yours=_(
            "Ask your issuer to keep the keys that it no longer uses in its list, or to issue the certificate again."
        ),
    ),
    "could-not-confirm/unreachable": replace(
        _OPEN,
        sentence=_("An address that we need for an answer did not answer. That is neither a yes nor a no."),
        next_step=_("Check again in a few minutes. Until then, treat it as not confirmed."),
        yours=_("If this lasts for more than a day, tell the issuer that it cannot be checked."),
    ),
    "could-not-confirm/too-large": replace(
        _OPEN,
        sentence=_(
            "It is larger, or takes longer to read, than we allow for one file. That is neither a yes nor a no."
        ),
        next_step=_("Treat it as not confirmed, and ask the issuer for a smaller file."),
    ),
    "could-not-confirm/status-kind-unknown": replace(
        _OPEN,
        sentence=_(
            "The signature holds, but the certificate has a status of a kind that we do not know: whether it still stands, we cannot say."
        ),
        next_step=_("Treat it as not confirmed. Ask the issuer whether it still stands."),
        yours=_TELL_THEM,
    ),
    "could-not-confirm/signed-in-the-future": replace(
        _OPEN,
        sentence=_(
            "It says that it was signed at a time that has not come yet. We cannot say when that was, or by which key of that time."
        ),
        next_step=_("Treat it as not confirmed, and ask the issuer for one with the right date."),
        yours=_("Tell your issuer that the clock of its signing service is wrong."),
    ),
    "could-not-confirm/claims-differ": replace(
        _OPEN,
        sentence=_(
            "The token says one thing outside and another inside: the two do not agree, and we cannot say which one counts."
        ),
        next_step=_ASK,
        yours=_TELL_THEM,
    ),
    "could-not-confirm/departs-from-standard": replace(
        _OPEN,
        sentence=_(
            "It departs from its standard, so we cannot say what its signature stands for. That is neither a yes nor a no."
        ),
        named_sentences=(
            _(
                "It departs from its standard at this place: {place}. So we cannot say what its signature stands for. That is neither a yes nor a no."
            ),
        ),
        next_step=_ASK,
        yours=_TELL_THEM,
    ),
    "could-not-confirm/key-ended": replace(
        _OPEN,
        sentence=_(
            "Its key has ended, or its issuer has given it up, and nothing proves when it signed. That is neither a yes nor a no."
        ),
        next_step=_("Treat it as not confirmed. Ask the issuer to confirm it, or to issue it again."),
        yours=_AGAIN,
    ),
    "could-not-confirm/validity": replace(
        _OPEN,
        sentence=_("The signature holds; its dates could not be read."),
        next_step=_("Treat it as not confirmed. Ask the issuer whether it still stands."),
        yours=_AGAIN,
    ),
    "could-not-confirm/status": replace(
        _OPEN,
        sentence=_("The signature holds; whether it still stands could not be found out."),
        next_step=_(
            "Check again in a few minutes, or ask the issuer whether it still stands. Until then, treat it as not confirmed."
        ),
        yours=_("If this lasts for more than a day, tell the issuer that it cannot be checked."),
    ),
    "could-not-confirm/busy": replace(
        _OPEN,
        sentence=_("Too much is being checked here at this moment. Nothing is known about this one yet."),
        next_step=_("Check again in a minute."),
    ),
    "not-genuine/changed": replace(
        _NOT_GENUINE,
        named_sentences=(
            _(
                "Do not rely on it. It was changed since signing, or somebody else signed it. The file names “{claimed}” as its issuer, but the signature does not fit."
            ),
        ),
    ),
    "not-genuine/not-as-issued": replace(
        _NOT_GENUINE, sentence=_("Do not rely on it. It is not what was issued under this number.")
    ),
    "not-genuine/another-signer": replace(
        _NOT_GENUINE,
        sentence=_("Do not rely on it. The key that it names for its signature is not its issuer's."),
        yours=_AGAIN,
    ),
    "not-genuine/not-listed": replace(
        _NOT_GENUINE,
        sentence=_("Do not rely on it. Its issuer does not list the key that it names for its signature."),
        yours=_AGAIN,
    ),
    "not-genuine/key-not-ours": replace(
        _NOT_GENUINE,
        sentence=_("Do not rely on it. Its issuer has never had the key that signed it."),
        yours=_AGAIN,
    ),
    "not-genuine/key-compromised": replace(
        _NOT_GENUINE,
        sentence=_(
            "Do not rely on it. Its key fell into the wrong hands, and nothing proves that the signature is older."
        ),
        yours=_AGAIN,
    ),
    "not-genuine/before-key": replace(
        _NOT_GENUINE,
        sentence=_("Do not rely on it. Its signature claims a time before its key existed."),
        yours=_AGAIN,
    ),
    "not-genuine/after-key": replace(
        _NOT_GENUINE,
        sentence=_("Do not rely on it. Its signature claims a time when its key was no longer in use."),
        yours=_AGAIN,
    ),
    "issuer-not-known/register-unreadable": replace(
        _UNKNOWN,
        headline=_("Genuine signature, issuer not looked up"),
        sentence=_("It is unchanged since it was signed. Our register could not be read, so we cannot say by whom."),
        named_sentences=(),
        next_step=_("Check again in a few minutes. Until then, treat it as not confirmed."),
        yours="",
    ),
    "issuer-not-known/trial": replace(
        _UNKNOWN,
        headline=_("Trial - worth nothing"),
        sentence=_(
            "It says of itself that it is worth nothing: it was made to try things out, and awards nothing to anybody."
        ),
        named_sentences=(),
        next_step=_("Do not accept it as a certificate. Ask whoever showed it to you for the certificate itself."),
        yours="",
    ),
    "issuer-not-known/name-of-another": replace(
        _UNKNOWN,
        headline=_("Genuine signature, but under another issuer's name"),
        sentence=_("An issuer of our register signed it, but it gives itself the name of another one."),
        named_sentences=(
            _(
                "It was signed by “{issuer}”, for whom {vouched_by} vouches. But it calls its issuer “{claimed}”: that is, or resembles, “{resembles}”, another issuer of our register, for whom {resembles_vouched_by} vouches."
            ),
        ),
        next_step=_BEWARE,
        yours=_("Ask your issuer to put its own name into its certificates."),
    ),
    "issuer-not-known/looks-like-known": replace(
        _UNKNOWN,
        headline=_("Genuine signature, but another key uses the name of a registered issuer"),
        named_sentences=(_REGISTERED, _REGISTERED_HOST),
        next_step=_BEWARE,
    ),
    "issuer-not-known/resembles-known": replace(
        _UNKNOWN,
        headline=_("Genuine signature, but the name resembles that of a registered issuer"),
        named_sentences=(_REGISTERED, _REGISTERED_HOST),
        next_step=_BEWARE,
    ),
    "expired/signature-ended": replace(
        WORDING["expired"],
        headline=_("Genuine, but its signature has ended"),
        sentence=_(
            "It is unchanged since it was signed. Its signature has ended: it was made to count for a time only."
        ),
        named_sentences=(
            _("{issuer} awarded this to {holder}. Its signature has ended: it was made to count until {valid_until}."),
            _(
                "It is unchanged since it was signed. Its signature has ended: it was made to count until {valid_until}."
            ),
        ),
    ),
    "revoked/register-unreadable": replace(
        _REVOKED,
        headline=_("Revoked by its signer"),
        sentence=_("Do not rely on it. Whoever signed it has taken it back for good."),
        named_sentences=(),
    ),
    "revoked/name-of-another": replace(
        _REVOKED,
        headline=_("Revoked by its signer"),
        sentence=_(
            "Do not rely on it. An issuer of our register signed it under the name of another one, and has taken it back for good."
        ),
        named_sentences=(
            _(
                "Do not rely on it. It was signed by “{issuer}”, for whom {vouched_by} vouches, and taken back for good. It calls its issuer “{claimed}”: that is, or resembles, “{resembles}”, another issuer of our register, for whom {resembles_vouched_by} vouches."
            ),
        ),
    ),
    "revoked/by-signer": replace(
        _REVOKED,
        headline=_("Revoked by its signer"),
        sentence=_(
            "Do not rely on it. Whoever signed it has taken it back for good. Nobody we trust has vouched for this signer."
        ),
        named_sentences=(
            _(
                "Do not rely on it. The key {issuer_key}, which calls itself “{claimed}”, signed it and has taken it back for good. Nobody we trust has vouched for this key."
            ),
        ),
    ),
}

STATES: Mapping[str, Text] = {
    "superseded": _("A newer version replaces it."),
    "suspended": _("By its signer's list it is suspended."),
    "not-yet-valid": _("Its first day has not come yet: it begins on {valid_from}."),
    "expired": _("Its dates are over: it was valid until {valid_until}."),
    "dates-unknown": _("Its dates could not be read."),
    "status-unknown": _("Whether it was revoked or suspended could not be found out."),
}
"""What dates and lists say beside a verdict that is not about them."""

KINDS: Mapping[str, Text] = {
    "endorsement": _("an endorsement: somebody speaks well of somebody or something"),
    "status-list": _("a list in which an issuer says which of its certificates it has taken back"),
    "statement": _("a signed statement of another kind"),
    "clr-2": _("a record of several certificates (Comprehensive Learner Record 2.0)"),
    "data-model-1.1": _("a certificate on the older data model 1.1"),
    "open-badge-2": _("an Open Badge 2.0"),
    "presentation": _("a presentation: certificates in a wrapper of their holder's"),
    "envelope": _("a wrapper around something that is no signed token"),
    "vocabulary": _("a certificate in a vocabulary that we do not know"),
    "sd-jwt": _("a token of the kind SD-JWT"),
    "pdf": _("a PDF file"),
    "picture": _("a picture without a certificate in it"),
    "page": _("a web page and no certificate"),
    "other": _("a file of a kind that we do not know"),
}
NAMED = _("The file names “{claimed}” as its issuer.")
ANOTHER_NAME = _("The register knows this issuer as “{issuer}”; the certificate calls it “{claimed}”.")
