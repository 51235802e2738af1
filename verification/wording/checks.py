"""What each check is called, why it is made, and one sentence per outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from verification.wording.verdicts import Text

FAILED, NOT_CHECKED = _("Failed"), _("Not checked")


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


def check_sentence(check: str, outcome: str) -> str:
    """Return the general sentence for one check's outcome, for where nothing more precise is known."""
    return str(getattr(CHECKS[check], outcome))


def outcome_word(check: str, outcome: str) -> str:
    """Return the result word at the end of a check's row."""
    wording = CHECKS[check]
    own = {"failed": wording.failed_word, "not_applicable": wording.skipped_word}
    return str(own.get(outcome, OUTCOME_WORDS[outcome]))
