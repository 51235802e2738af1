"""The words for every verdict and every check: one place for the page, the API text and the shell.

Codes are those of docs/reference.md. Texts are lazy, so they appear in the reader's language.
The marks are shapes first: circle = rely on it, diamond = decide yourself, octagon = do not rely
on it, square = a matter of time or version, broken circle = no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


FAILED, NOT_CHECKED = _("Failed"), _("Not checked")


@dataclass(frozen=True, slots=True)
class Wording:
    """What one verdict says.

    `sentence` stands alone; `told` says the same with names and dates, where they are known.
    `next_step` speaks to the reader, `yours` to the holder (may be empty).
    """

    mark: str
    family: str
    headline: Text
    sentence: Text
    told: Text
    next_step: Text
    yours: Text = ""


@dataclass(frozen=True, slots=True)
class CheckWording:
    """What one check is called, why it is made, and one sentence per outcome."""

    name: Text
    meaning: Text
    passed: Text
    failed: Text
    unknown: Text
    not_applicable: Text
    failed_mark: str = "octagon"
    failed_word: Text = FAILED
    skipped_word: Text = NOT_CHECKED


_OUR_SIDE = _(
    "Nothing in the certificate itself is wrong. If this lasts for more than a day, tell the issuer that it cannot be checked."
)

SOMEBODY_ELSES = Wording(
    mark="diamond",
    family="care",
    headline=_("Genuine, but not awarded to the person you named"),
    sentence="",
    told="",
    next_step=_(
        "Do not take it as the certificate of the person you named: it was awarded to somebody else, or under another name or address. Ask them."
    ),
)
"""What stands in place of "genuine" where the visitor asked about a person, and the holder check failed."""

WORDING: Mapping[str, Wording] = {
    "genuine": Wording(
        mark="circle",
        family="ok",
        headline=_("Genuine and current"),
        sentence=_("It is unchanged since it was signed, it has not been revoked, and we know the issuer."),
        told=_("{issuer} awarded this to {holder}. It is unchanged since it was signed and has not been revoked."),
        next_step=_("You can rely on it. Compare the name with the person who showed it to you."),
    ),
    "revoked": Wording(
        mark="octagon",
        family="stop",
        headline=_("Genuine, but revoked"),
        sentence=_("Do not rely on it. The issuer has taken the certificate back for good."),
        told=_("Do not rely on it. {issuer} took this certificate back for good on {date}."),
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
        told=_("{issuer} replaced this version on {date}. The achievement is the same."),
        next_step=_("Use the newer version. If you have no link to it, ask the person who showed you this one."),
        yours=_("Share the newer version from now on."),
    ),
    "suspended": Wording(
        mark="pause",
        family="stop",
        headline=_("Genuine, but suspended"),
        sentence=_("Do not rely on it for now. The issuer is looking into something."),
        told=_("Do not rely on it for now. {issuer} suspended this certificate on {date}."),
        next_step=_("Check again later, or ask the issuer how long it will take. A suspension can be lifted."),
        yours=_("Ask the issuer what has to be cleared up."),
    ),
    "not-yet-valid": Wording(
        mark="clock",
        family="care",
        headline=_("Genuine, but not yet valid"),
        sentence=_("It is unchanged since it was signed, but its first day has not come yet."),
        told=_("{issuer} awarded this to {holder}. It begins on {valid_from}."),
        next_step=_("Check again on or after the day on which it begins."),
    ),
    "expired": Wording(
        mark="clock",
        family="care",
        headline=_("Genuine, but expired"),
        sentence=_("It is unchanged since it was signed, but its last day has passed and it has not been renewed."),
        told=_("{issuer} awarded this to {holder}. It was valid until {valid_until} and has not been renewed."),
        next_step=_("Decide whether an older proof is enough for you, or ask for a renewed one."),
        yours=_("Ask the issuer how to renew it."),
    ),
    "issuer-not-known": Wording(
        mark="diamond",
        family="care",
        headline=_("Genuine signature, issuer not known to us"),
        sentence=_(
            "The certificate is intact and was signed by the issuer that it names. Nobody we trust has vouched for that issuer, so we cannot say who is behind it."
        ),
        told=_(
            "The certificate is intact and was signed by {issuer}. Nobody we trust has vouched for that issuer, so we cannot say who is behind it."
        ),
        next_step=_("You decide. Look at the issuer's website, or ask the holder how it was earned."),
        yours=_(
            "Ask your issuer to be added to a register of issuers. It takes a proof of its address and an organisation that vouches for it."
        ),
    ),
    "could-not-confirm": Wording(
        mark="question",
        family="mute",
        headline=_("Could not be confirmed"),
        sentence=_("We could not reach everything that we need for an answer. That is neither a yes nor a no."),
        told=_(
            "We could not reach everything that we need to confirm what {issuer} awarded. That is neither a yes nor a no."
        ),
        next_step=_("Check again in a few minutes. Until then, treat it as not confirmed."),
        yours=_OUR_SIDE,
    ),
    "not-genuine": Wording(
        mark="octagon",
        family="stop",
        headline=_("Not genuine"),
        sentence=_("Do not rely on it. It was changed since signing, or somebody else signed it."),
        told=_(
            "Do not rely on it. It was changed since signing, or somebody else signed it. It names {issuer}, but the signature does not fit."
        ),
        next_step=_("Do not accept it. Ask the person for the original file or link, or ask the named issuer."),
        yours=_("The copy may be damaged: download the certificate again from where you received it."),
    ),
    "malformed": Wording(
        mark="octagon",
        family="stop",
        headline=_("Not a readable certificate"),
        sentence=_("This is not a certificate that we can read, so there is nothing to rely on."),
        told=_("This is not a certificate that we can read, so there is nothing to rely on."),
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
        told=_("Either its owner keeps it private or the address is wrong."),
        next_step=_("Ask for the file or a share link."),
    ),
    "erased": Wording(
        mark="dash",
        family="mute",
        headline=_("Removed"),
        sentence=_("A certificate stood here. It was deleted at the holder's wish, and its content is gone."),
        told=_("A certificate stood here. It was deleted on {date} at the holder's wish, and its content is gone."),
        next_step=_("A copy of it can no longer be confirmed. Ask the person for another proof."),
    ),
}

CHECKS: Mapping[str, CheckWording] = {
    "format": CheckWording(
        name=_("Complete and well-formed"),
        meaning=_(
            "The file has every part that the standard asks for, and nothing that two programs could read in two ways."
        ),
        passed=_("It follows the standard Open Badges 3.0."),
        failed=_("Something is missing or cannot be read."),
        unknown=_("We could not read all of it in time."),
        not_applicable=_("There was nothing to read."),
    ),
    "proof": CheckWording(
        name=_("Unchanged since it was signed"),
        meaning=_("Changing a single letter would break the signature."),
        passed=_("The signature fits every word."),
        failed=_("It was changed since signing, or the signature is not from the named key."),
        unknown=_("The key that we need did not answer."),
        not_applicable=_("It could not be read, so there was nothing to compare."),
    ),
    "issuer-identity": CheckWording(
        name=_("Signed by the issuer it names"),
        meaning=_("The key comes from the issuer's own address, not from the certificate."),
        passed=_("The key is published at the issuer's address."),
        failed=_("The key does not belong to the issuer that the certificate names."),
        unknown=_("The issuer's address did not answer."),
        not_applicable=_("Without an intact signature there is no issuer to confirm."),
    ),
    "issuer-recognised": CheckWording(
        name=_("Issuer is in our register"),
        meaning=_(
            "Someone we trust has confirmed that this issuer is who it says it is. It is not a judgement on the course."
        ),
        passed=_("The issuer is in our register."),
        failed=_("Nobody we know vouches for it."),
        unknown=_("The register could not be read."),
        not_applicable=_("Without an intact signature there is no issuer to look up."),
        failed_mark="diamond",
        failed_word=_("Not known"),
    ),
    "validity": CheckWording(
        name=_("Within its dates"),
        meaning=_("Some certificates begin later or end on a day. This one is judged by the time of this check."),
        passed=_("It is within its dates."),
        failed=_("It is outside its dates."),
        unknown=_("Its dates could not be read."),
        not_applicable=_("Its dates mean nothing without an intact signature."),
        failed_mark="clock",
        failed_word=_("Outside"),
    ),
    "status": CheckWording(
        name=_("Not revoked or suspended"),
        meaning=_("Issuers publish one list for many certificates, so nobody learns whose certificate you looked up."),
        passed=_("The issuer has not taken it back."),
        failed=_("The issuer has taken it back."),
        unknown=_("The issuer's list of revoked certificates did not answer, or does not cover this one."),
        not_applicable=_("There is no list to ask."),
    ),
    "superseded": CheckWording(
        name=_("No newer version"),
        meaning=_("If an issuer corrects a name or a mark, the old certificate says so and points to the new one."),
        passed=_("It has not been corrected or replaced."),
        failed=_("A newer version replaces it."),
        unknown=_("We could not find out whether there is a newer version."),
        not_applicable=_("Only the place that issued it knows about newer versions."),
        failed_mark="arrow",
        failed_word=_("Replaced"),
    ),
    "holder": CheckWording(
        name=_("Belongs to the person in front of you"),
        meaning=_("The certificate names its holder. Compare the name with the person's identity document."),
        passed=_("What you entered belongs to the holder."),
        failed=_("What you entered does not belong to the holder."),
        unknown=_("It carries nothing to compare with."),
        not_applicable=_("You have not asked."),
        skipped_word=_("Not asked"),
    ),
    "endorsements": CheckWording(
        name=_("Endorsed by others"),
        meaning=_(
            "Other organisations can add their signature, for example an employer or a quality agency. It is optional."
        ),
        passed=_("Every attached endorsement is genuine."),
        failed=_("An attached endorsement is not genuine."),
        unknown=_("An attached endorsement could not be checked."),
        not_applicable=_("No endorsement is attached."),
        skipped_word=_("None"),
    ),
    "logged": CheckWording(
        name=_("Entered in a public log"),
        meaning=_("A log that only grows can prove that a certificate existed on a day. It is optional."),
        passed=_("It is in the log."),
        failed=_("The log does not know it."),
        unknown=_("The log did not answer."),
        not_applicable=_("It names no public log."),
        skipped_word=_("None"),
    ),
}

OUTCOME_WORDS: Mapping[str, Text] = {
    "passed": _("Passed"),
    "failed": FAILED,
    "unknown": _("Could not check"),
    "not_applicable": NOT_CHECKED,
}


def _is_known(template: str, known: Mapping[str, object]) -> bool:
    return all(known.get(field) for _literal, field, _spec, _conversion in Formatter().parse(template) if field)


def verdict_sentence(code: str, **known: object) -> str:
    """Return one sentence for a verdict, with names and dates where all that it needs are known.

    Args:
        code: a verdict code.
        known: any of `issuer`, `holder`, `date`, `valid_from`, `valid_until`, ready to be read (dates as text).
    """
    wording = WORDING[code]
    told = str(wording.told)
    return told.format_map(known) if _is_known(told, known) else str(wording.sentence)


def check_sentence(check: str, outcome: str) -> str:
    """Return the general sentence for one check's outcome, for where nothing more precise is known."""
    return str(getattr(CHECKS[check], outcome))


def outcome_word(check: str, outcome: str) -> str:
    """Return the result word at the end of a check's row."""
    wording = CHECKS[check]
    own = {"failed": wording.failed_word, "not_applicable": wording.skipped_word}
    return str(own.get(outcome, OUTCOME_WORDS[outcome]))
