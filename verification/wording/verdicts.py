"""The words of every verdict: one place for the page, the API and the shell.

Codes are those of docs/reference.md. Texts are lazy, so they appear in the reader's language. {issuer} is the register's
name of an issuer that somebody vouches for; {claimed} is what a document calls its issuer, and always quoted.
The marks are shapes first: circle = rely on it, diamond = decide yourself, octagon = do not rely
on it, square = a matter of time or version, broken circle = no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Wording:
    """What one verdict says.

    `sentence` stands alone; `named_sentences` say the same with names and dates: the first whose names are all known is taken.
    `next_step` speaks to the reader, `yours` to the holder (may be empty).
    """

    mark: str
    family: str
    headline: Text
    sentence: Text
    named_sentences: tuple[Text, ...]
    next_step: Text
    yours: Text = ""


WORDING: Mapping[str, Wording] = {
    "genuine": Wording(
        mark="circle",
        family="ok",
        headline=_("Genuine and current"),
        sentence=_("It is unchanged since it was signed, it has not been revoked, and we know the issuer."),
        named_sentences=(
            _("{issuer} awarded this to {holder}. It is unchanged since it was signed and has not been revoked."),
        ),
        next_step=_("You can rely on it. Compare the name with the person who showed it to you."),
    ),
    "revoked": Wording(
        mark="octagon",
        family="stop",
        headline=_("Genuine, but revoked"),
        sentence=_("Do not rely on it. The issuer has taken the certificate back for good."),
        named_sentences=(_("Do not rely on it. {issuer} took this certificate back for good on {date}."),),
        next_step=_(
            "Do not accept it as proof. Ask for a current certificate, or ask the person what happened: a revocation can be a plain clerical correction."
        ),
        yours=_("Write to the issuer if you think this is a mistake. Your other certificates are not affected."),
    ),
    "superseded": Wording(
        mark="arrow",
        family="mute",
        headline=_("Genuine, but corrected"),
        sentence=_("A newer version replaces this one. The achievement is the same."),
        named_sentences=(_("{issuer} replaced this version on {date}. The achievement is the same."),),
        next_step=_("Use the newer version. If you have no link to it, ask the person who showed you this one."),
        yours=_("Share the newer version from now on."),
    ),
    "suspended": Wording(
        mark="pause",
        family="stop",
        headline=_("Genuine, but suspended"),
        sentence=_("Do not rely on it for now. The issuer is looking into something."),
        named_sentences=(_("Do not rely on it for now. {issuer} suspended this certificate on {date}."),),
        next_step=_("Check again later, or ask the issuer how long it will take. A suspension can be lifted."),
        yours=_("Ask the issuer what has to be cleared up."),
    ),
    "not-yet-valid": Wording(
        mark="clock",
        family="care",
        headline=_("Genuine, but not yet valid"),
        sentence=_("It is unchanged since it was signed, but its first day has not come yet."),
        named_sentences=(_("{issuer} awarded this to {holder}. It begins on {valid_from}."),),
        next_step=_("Check again on or after the day on which it begins."),
    ),
    "expired": Wording(
        mark="clock",
        family="care",
        headline=_("Genuine, but expired"),
        sentence=_("It is unchanged since it was signed, but its last day has passed and it has not been renewed."),
        named_sentences=(
            _("{issuer} awarded this to {holder}. It was valid until {valid_until} and has not been renewed."),
        ),
        next_step=_("Decide whether an older proof is enough for you, or ask for a renewed one."),
        yours=_("Ask the issuer how to renew it."),
    ),
    "not-this-holder": Wording(
        mark="diamond",
        family="care",
        headline=_("Genuine, but not awarded to the person you named"),
        sentence=_("The certificate is genuine. The name, address or number you gave is not its holder's."),
        named_sentences=(),
        next_step=_(
            "Do not take it as the certificate of the person you named: it was awarded to somebody else, or under another name or address. Ask them."
        ),
    ),
    "issuer-not-known": Wording(
        mark="diamond",
        family="care",
        headline=_("Genuine signature, issuer not known to us"),
        sentence=_(
            "It is unchanged since it was signed. Nobody we trust has vouched for whoever signed it, so we cannot say who that is."
        ),
        named_sentences=(
            _(
                "It is unchanged since it was signed by the key {issuer_key}, which calls itself “{claimed}”. Anyone can choose such a name, and nobody we trust has vouched for this key."
            ),
            _(
                "It is unchanged since it was signed by a key of the address {issuer_host}, which calls itself “{claimed}”. Anyone can choose such a name, and nobody we trust has vouched for this address."
            ),
            _(
                "It is unchanged since it was signed by the key {issuer_key}. Nobody we trust has vouched for this key."
            ),
            _(
                "It is unchanged since it was signed by a key of the address {issuer_host}. Nobody we trust has vouched for this address."
            ),
        ),
        next_step=_("You decide. Look for the issuer yourself and ask there, or ask the holder how it was earned."),
        yours=_(
            "Ask your issuer to be added to a register of issuers. It takes a proof of its address and an organisation that vouches for it."
        ),
    ),
    "not-a-certificate": Wording(
        mark="diamond",
        family="care",
        headline=_("A signed statement, not a certificate"),
        sentence=_("The signature holds, but nothing in it says that somebody achieved something."),
        named_sentences=(
            _(
                "The signature of “{issuer}” holds, and we know this issuer. But it is {kind_name}. Nothing in it says that somebody achieved something."
            ),
            _(
                "The signature holds, and it is that of this installation itself, {installation}. But it is {kind_name}. Nothing in it says that somebody achieved something."
            ),
            _(
                "The signature by the key {issuer_key} holds. But it is {kind_name}. Nothing in it says that somebody achieved something."
            ),
            _(
                "The signature by a key of the address {issuer_host} holds. But it is {kind_name}. Nothing in it says that somebody achieved something."
            ),
        ),
        next_step=_(
            "Do not take it as a certificate. Ask for the certificate itself; what this file says stands below."
        ),
    ),
    "unsigned": Wording(
        mark="dash",
        family="mute",
        headline=_("Not signed"),
        sentence=_("It carries no signature: anybody can write such a file. There is nothing to rely on."),
        named_sentences=(),
        next_step=_("Ask for the signed file or the link, as the issuer sent it."),
        yours=_(
            "Download the signed file again from where you received it; a draft or a copy of its text is not enough."
        ),
    ),
    "could-not-confirm": Wording(
        mark="question",
        family="mute",
        headline=_("Could not be confirmed"),
        sentence=_("We could not check everything that we need for an answer. That is neither a yes nor a no."),
        named_sentences=(),
        next_step=_("Treat it as not confirmed, and ask the issuer."),
    ),
    "not-genuine": Wording(
        mark="octagon",
        family="stop",
        headline=_("Not genuine"),
        sentence=_("Do not rely on it. It was changed since signing, or somebody else signed it."),
        named_sentences=(),
        next_step=_("Do not accept it. Ask the person for the original file or link, or ask the named issuer."),
        yours=_("The copy may be damaged: download the certificate again from where you received it."),
    ),
    "malformed": Wording(
        mark="dash",
        family="mute",
        headline=_("Not readable"),
        sentence=_("This is no certificate file, or only a part of one, so there is nothing to rely on."),
        named_sentences=(),
        next_step=_(
            "Ask for the original file or the link. A scan, a screenshot or a retyped text cannot be checked."
        ),
        yours=_(
            "Download the signed file again from where you received it, and do not open and save it in another program."
        ),
    ),
    "private-or-unknown": Wording(
        mark="question",
        family="mute",
        headline=_("Nothing is visible at this address"),
        sentence=_("Either its owner keeps it private or the address is wrong."),
        named_sentences=(_("Either its owner keeps it private or the address is wrong."),),
        next_step=_("Ask for the file or a share link."),
    ),
    "erased": Wording(
        mark="dash",
        family="mute",
        headline=_("Removed"),
        sentence=_("A certificate stood here. It was deleted at the holder's wish, and its content is gone."),
        named_sentences=(
            _("A certificate stood here. It was deleted on {date} at the holder's wish, and its content is gone."),
        ),
        next_step=_("A copy of it can no longer be confirmed. Ask the person for another proof."),
    ),
}
