"""The sentences of findings, by check and reason, in the reader's language. The checks know only codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.dates import day_in_words
from verification.checks import Check, Finding, Outcome, Report
from verification.quoting import isolated, plain
from verification.wording import KINDS, check_sentence, meaning_of, wording_of
from verification.wording.choosing import place_in

Text = str | Promise
LONGEST_DETAIL, LONGEST_ID = 1_000, 200

_OUT_OF_TIME = _("Reading it takes longer than we allow for one file.")
_LIST_TOO_LARGE = _("Its list of revoked certificates is larger, or takes longer to read, than we allow.")

SENTENCES: Mapping[Check, Mapping[str, Text]] = {
    Check.FORMAT: {
        "too-large": _("It is larger than we read: 1 MB of text, or a picture of 5 MB and 25 million pixels."),
        "empty": _("There is nothing in it."),
        "not-recognised": _("This is neither a certificate file nor an address or number of one."),
        "kind-not-supported": _("It is {kind_name}, and we do not read that yet."),
        "departs-from-standard": _("It departs from its standard at this place: {place}"),
        "not-fetched": _("The address did not answer, or we do not fetch from it. Give us the file instead."),
        "changed": _("What is stored is not what was signed, so its form says nothing."),
        "out-of-time": _OUT_OF_TIME,
        "out-of-memory": _OUT_OF_TIME,
        "busy": _("Too much is being checked here at this moment."),
        "unknown-context": _("It uses a vocabulary that we do not know, so we could not tell what its words mean."),
        "encoding": _(
            "Its letters are in an encoding that nobody told us, and its signature fits none that we tried."
        ),
        "baking": _("The picture carries no certificate that can be read in one way. Ask for the original file."),
        "picture-broken": _("The picture is broken. Ask for the original file."),
    },
    Check.PROOF: {
        "changed": _("It was changed since it was signed: the signature no longer fits."),
        "not-as-issued": _("It is not what was issued under this number. Open the original by its link."),
        "before-key": _("The signature claims a time before its key existed."),
        "after-key": _("The signature claims a time when its key was no longer in use."),
        "key-compromised": _("Its key fell into the wrong hands, and nothing proves that the signature is older."),
        "key-not-ours": _("The issuer has never had the key that signed it."),
        "not-checked": _("It could not be compared, because we do not have the issuer's key."),
        "unsigned": _("It carries no signature: anybody can write such a file."),
        "proof-not-supported": _("Its signature is of a kind that we do not check."),
        "departs-from-standard": _("Its signature is not written as the standard says, at this place: {place}"),
        "key-ended": _(
            "The issuer has withdrawn the key that signed it, or the key has ended. When it signed, nothing proves."
        ),
        "signed-in-the-future": _("The signature fits, but it claims a time that has not come yet."),
        "claims-differ": _("What the token says outside and inside does not agree."),
        "out-of-time": _OUT_OF_TIME,
        "out-of-memory": _OUT_OF_TIME,
    },
    Check.ISSUER_IDENTITY: {
        "another-signer": _("Somebody else than the named issuer signed it."),
        "not-listed": _("The key that it names is not, or no longer, in the issuer's list."),
        "no-method": _("The signature does not say whose key made it."),
        "method-not-supported": _("The issuer is named by an address or key of a kind that we do not follow."),
        "key-ended": _("The issuer has given up this address or key."),
        "confirmed": _("The key is the issuer's own."),
    },
    Check.ISSUER_RECOGNISED: {
        "vouched": _("{vouched_by} vouches for it."),
        "vouched-as-another-name": _(
            "{vouched_by} vouches for it, under the name “{issuer}”. The certificate calls it “{claimed}”."
        ),
        "name-of-another": _(
            "{vouched_by} vouches for it as “{issuer}”. But it calls itself “{claimed}”, and “{resembles}” is another issuer of our register."
        ),
        "trial": _("It calls itself a trial that is worth nothing: nobody vouches for that."),
        "looks-like-known": _("It uses the name of “{resembles}” in our register, but it is another key. Be careful."),
        "resembles-known": _("Its name resembles “{resembles}” in our register, but it is another key. Be careful."),
        "mixed-scripts": _("Its name mixes alphabets, as copies of well-known names do. Be careful."),
    },
    Check.VALIDITY: {
        "until": _("It is valid until {valid_until}."),
        "no-end": _("It has no end date."),
        "not-yet-valid": _("It begins on {valid_from}."),
        "expired": _("It was valid until {valid_until}."),
        "signature-ended": _("Its signature was made to end on {signature_ended}."),
        "unreadable-time": _("Its dates cannot be read."),
    },
    Check.STATUS: {
        "revoked": _("The issuer took it back on {revoked_at}."),
        "suspended": _("The issuer suspended it on {suspended_at}."),
        "superseded": _("The issuer replaced it by a newer version on {superseded_at}."),
        "as-of": _("Not revoked, by the issuer's list of {status_as_of}."),
        "not-revocable": _("It names no list of revoked certificates: its issuer has kept no way to take it back."),
        "no-list": _("We have no list of revoked certificates that covers it."),
        "list-not-published": _("No published list of revoked certificates covers it."),
        "list-unreachable": _("The issuer's list of revoked certificates did not answer."),
        "list-signed-by-other": _("The list of revoked certificates was not signed by the issuer."),
        "status-kind-unknown": _(
            "It has a status of a kind that we do not know: whether it still stands, we cannot say."
        ),
        "list-purpose-mismatch": _("The list that it names serves another purpose."),
        "list-index-out-of-range": _("The list that it names has no place for it."),
        "list-is-another": _("At the address of its list of revoked certificates lies another list."),
        "list-unreadable": _("The list of revoked certificates that it names cannot be read."),
        "list-not-yet-valid": _("The list of revoked certificates that it names is not valid yet."),
        "too-many-lists": _("It names more lists of revoked certificates than we look up."),
        "too-large": _LIST_TOO_LARGE,
        "out-of-time": _LIST_TOO_LARGE,
        "out-of-memory": _LIST_TOO_LARGE,
        "list-expired": _("The issuer's list of revoked certificates is out of date."),
        "no-record": _("It names us as its place, but we have no record of it."),
    },
    Check.HOLDER: {
        "nothing-to-compare": _("It carries nothing of this kind to compare with."),
        "hash-not-known": _("It carries a mark of its holder that we do not know how to compare."),
    },
    Check.ENDORSEMENTS: {"not-checked": _("Endorsements are attached. They are not checked yet.")},
}
_UNPROVEN = _("Not looked up: nothing that it says is proven.")
_STANDARD = _("It follows the standard {standard}.")
_PASSED_OVER = _(
    "It also names a list for “{passed_over}”, which says nothing about whether it stands; we passed it over."
)


def worded(report: Report) -> Report:
    """Return the report with its headline and every finding's sentence in the reader's language.

    Details and facts quote strangers: they leave as plain lines, since a terminal obeys what a page only shows.
    """
    findings = tuple(
        replace(finding, sentence=sentence(finding), detail=plain(finding.detail, LONGEST_DETAIL))
        for finding in report.findings
    )
    words = wording_of(report)
    days = {name: value for name, value in readable_facts(report).items() if name not in ("states", "kind")}
    return replace(
        report,
        findings=findings,
        facts={name: _quoted(name, value) for name, value in report.facts.items()},
        headline=str(words.headline),
        sentence=meaning_of(report, **days),
        next_step=str(words.next_step),
    )


def _quoted(name: str, value: object) -> object:
    longest = LONGEST_ID if name == "issuer_id" else LONGEST_DETAIL
    return plain(value, longest) if isinstance(value, str) else value


def readable_facts(report: Report) -> dict[str, object]:
    """Return a report's facts with days as the reader writes them; `date` is the day of what happened to it."""
    known = {name: _readable(value) for name, value in report.facts.items()}
    days = ("superseded_at", "revoked_at", "suspended_at", "erased_at")
    return known | {"date": next((known[name] for name in days if known.get(name)), "")}


def sentence(finding: Finding) -> str:
    """Return the most precise sentence for one finding whose facts are all known."""
    if finding.reason == "unproven" and finding.check not in (Check.PROOF, Check.ISSUER_IDENTITY):
        return str(_UNPROVEN)
    said = _precise(finding)
    if finding.facts.get("passed_over") and finding.check is Check.STATUS:
        return f"{said} {str(_PASSED_OVER).format(passed_over=finding.facts['passed_over'])}"
    return said


def _precise(finding: Finding) -> str:
    text = SENTENCES.get(finding.check, {}).get(finding.reason)
    if finding.check is Check.FORMAT and finding.outcome is Outcome.PASSED:
        text = _STANDARD
    if text is None:
        return check_sentence(str(finding.check), str(finding.outcome))
    if "{" not in (whole := str(text)):
        return whole
    known = {name: _readable(value) for name, value in finding.facts.items()}
    known["kind_name"] = str(KINDS.get(str(finding.facts.get("kind")), ""))
    known["claimed"] = isolated(str(finding.facts.get("claimed_name", "")))
    known["place"] = place_in(finding.detail)
    try:
        return whole.format_map(known)
    except KeyError:
        # Without its date a precise sentence has a hole; the general one is whole.
        return check_sentence(str(finding.check), str(finding.outcome))


def _readable(value: object) -> object:
    return day_in_words(value) if isinstance(value, datetime | date) else value
