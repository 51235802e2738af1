"""What each kind of letter says: one text for both of its parts, so that neither lacks what the other has.

Written in the language that is active.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from issuing.models import LetterKind
from registry.dates import day_in_words


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter tells beside its edition.

    Args:
        kind: of `LetterKind`.
        link_until: the last whole day on which its link opens.
        waiting: the award is not signed before its holder accepts it.
        again: it takes the place of something that its holder has been told of, under another subject.
        accept_by: the day on which it lapses, where there is one.
        changed_on: the day of what happened.
        reason: the issuer's words about it.
        renamed: a correction is of the name.
        readdressed: a replacement names somebody else.
        valid_until: the last day of its validity, where it ends.
    """

    kind: str
    link_until: dt.date
    waiting: bool = False
    again: bool = False
    accept_by: dt.date | None = None
    changed_on: dt.date | None = None
    reason: str = ""
    renamed: bool = False
    readdressed: bool = False
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Who writes about what, in the letter's language.

    Args:
        issuer: as people call it.
        title: of what was awarded.
        holder: the name that the award states, or a mark in its place.
        awarded_on: the day of the award.
        contact: the address for questions, empty where there is none.
        privacy: the one for data protection, empty where there is none.
        facts: how much, how hard, where and when, a line each.
    """

    issuer: str
    title: str
    holder: str
    awarded_on: dt.date
    contact: str
    privacy: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's texts; `card` are its facts, the first one strong; `steps` are lists with their headings.

    `grey`: the badge is, since what it shows does not count now.
    """

    subject: str
    glance: str
    lead: str
    button: str
    warning: str
    card: tuple[str, ...] = ()
    quote: str = ""
    steps: tuple[tuple[str, tuple[str, ...]], ...] = ()
    foot: tuple[str, ...] = ()
    grey: bool = False


def words_of(matter: Matter, names: Names) -> Words:
    """Return the texts of a letter. Raises KeyError for a kind that has none."""
    return WRITERS[matter.kind](matter, names)


def _claim(matter: Matter, names: Names) -> Words:
    if matter.waiting and matter.again:
        subject = _("%(issuer)s has corrected “%(title)s”: please accept it again") % _for_texts(names)
        return _to_accept(
            matter, names, subject, _("%(issuer)s has corrected what you were awarded:") % _for_texts(names)
        )
    if matter.waiting:
        subject = _("%(issuer)s has a certificate for you: “%(title)s”") % _for_texts(names)
        return _to_accept(matter, names, subject, _("%(issuer)s has a certificate for you") % _for_texts(names))
    subject = _("%(issuer)s has awarded you “%(title)s”") % _for_texts(names)
    return _to_open(matter, names, subject, _("%(issuer_name)s has awarded you") % {"issuer_name": names.issuer})


def _reminder(matter: Matter, names: Names) -> Words:
    subject = _("Reminder: “%(title)s” of %(issuer)s waits for you") % _for_texts(names)
    if not matter.waiting:
        lead = _("you have not yet accepted what %(issuer)s has awarded you:") % _for_texts(names)
        return _to_open(matter, names, subject, lead)
    lead = _("you have neither accepted nor declined what %(issuer)s has awarded you:") % _for_texts(names)
    return _to_accept(matter, names, subject, lead)


def _link(matter: Matter, names: Names) -> Words:
    subject = _("Your new link to “%(title)s” of %(issuer)s") % _for_texts(names)
    lead = _("here is a new link to what %(issuer)s has awarded you:") % _for_texts(names)
    return _to_accept(matter, names, subject, lead) if matter.waiting else _to_open(matter, names, subject, lead)


def _to_open(matter: Matter, names: Names, subject: str, lead: str) -> Words:
    """Tell of an award that is signed and in its holder's record."""
    steps = (
        _("Open the link. You see what you are awarded, and who by."),
        _("Download the signed file and keep it: the link works until %(day)s.")
        % {"day": day_in_words(matter.link_until)},
        _(
            "To show it, pass on the signed file, the badge, or the address that your page names for that."
            " Anyone can check them, free of charge."
        ),
    )
    return Words(
        subject=subject,
        glance=_("Open the link: no account and no password needed."),
        lead=lead,
        button=_("Open your certificate"),
        warning=_secret(),
        card=(*names.facts, _name(names)),
        steps=((_("What happens next"), steps),),
        foot=_about_what_is_kept(names),
    )


def _to_accept(matter: Matter, names: Names, subject: str, lead: str) -> Words:
    """Ask for an answer: nothing is signed before it."""
    by = {"day": day_in_words(matter.accept_by)}
    steps = (
        _("Open the link. You see what you are awarded, and who by."),
        _("Accept it or decline it. It is signed only when you have accepted it."),
        _("It is then yours. Its page tells who can see it."),
    )
    return Words(
        subject=subject,
        glance=_("No account and no password needed."),
        lead=lead,
        button=_("Accept before %(day)s") % by if matter.accept_by else _("See and accept it"),
        warning=_("The link is secret: whoever has it can accept or decline in your place. Do not pass this mail on."),
        card=(*names.facts, _name(names, signed=False)),
        steps=((_("What happens next"), steps),),
        foot=_about_what_is_kept(names),
    )


def _corrected(matter: Matter, names: Names) -> Words:
    what = _("Corrected: your name") if matter.renamed else _("Corrected: what your certificate says")
    dates = {"awarded": day_in_words(names.awarded_on), "corrected": day_in_words(matter.changed_on)}
    changes = (
        _("The award stays the same. Only what was wrong is new."),
        _("The old certificate now reads “Replaced” and leads to the new one, whoever checks it."),
        _("Use the new one from now on, and send it to whoever has the old one or a print of it."),
    )
    return Words(
        subject=_("%(issuer)s has corrected “%(title)s”") % _for_texts(names),
        glance=_("Use the new certificate from now on."),
        lead=_("%(issuer)s has corrected your certificate") % _for_texts(names),
        button=_("Open the corrected certificate"),
        warning=_secret(),
        card=(what, _name(names), _("Awarded on %(awarded)s. Corrected on %(corrected)s.") % dates),
        steps=((_("What changes"), changes),),
        foot=_about_a_change(names),
    )


def _renewed(matter: Matter, names: Names) -> Words:
    until = _("Valid until %(day)s") % {"day": day_in_words(matter.valid_until)}
    changes = (
        _("The old certificate now reads “Replaced” and leads to the new one, whoever checks it."),
        _("Use the new one from now on, and send it to whoever has the old one or a print of it."),
    )
    return Words(
        subject=_("%(issuer)s has renewed “%(title)s”") % _for_texts(names),
        glance=_("Use the new certificate from now on."),
        lead=_("%(issuer)s has renewed your certificate") % _for_texts(names),
        button=_("Open the renewed certificate"),
        warning=_secret(),
        card=(until if matter.valid_until else _("Valid without an end"),),
        steps=((_("What changes"), changes),),
        foot=_about_a_change(names),
    )


def _revoked(matter: Matter, names: Names) -> Words:
    means = (
        _("Whoever checks it now reads that it is revoked."),
        _("It cannot be made valid again. If it was a mistake, %(issuer)s can award it anew.") % _for_texts(names),
        _("Your other certificates are not affected."),
    )
    can_do = (
        _ask(names),
        _("Do not show it any more. Take it out of your papers and profiles; we cannot do that for you."),
    )
    card = [_("Revoked on %(day)s") % {"day": day_in_words(matter.changed_on)}]
    if matter.readdressed:
        card.append(_("It was replaced by one that names somebody else or another address."))
    return Words(
        subject=_("%(issuer)s has revoked “%(title)s”") % _for_texts(names),
        glance=_("What the reason is, what it means, and whom you can ask."),
        lead=_("%(issuer)s has revoked your certificate") % _for_texts(names),
        button=_("See what it says now"),
        warning=_secret(),
        card=(*card, *_reason(matter, names)),
        quote=_("“%(reason)s”") % {"reason": matter.reason} if matter.reason else "",
        steps=((_("What this means"), means), (_("What you can do"), can_do)),
        foot=_about_a_change(names),
        grey=True,
    )


def _suspended(matter: Matter, names: Names) -> Words:
    means = (
        _("Whoever checks it now reads that it is suspended."),
        _("Suspended is not revoked: %(issuer)s can make it valid again, and then writes to you.") % _for_texts(names),
        _("Your other certificates are not affected."),
    )
    return Words(
        subject=_("%(issuer)s has suspended “%(title)s”") % _for_texts(names),
        glance=_("What the reason is, what it means, and whom you can ask."),
        lead=_("%(issuer)s has suspended your certificate") % _for_texts(names),
        button=_("See what it says now"),
        warning=_secret(),
        card=(_("Suspended on %(day)s") % {"day": day_in_words(matter.changed_on)}, *_reason(matter, names)),
        quote=_("“%(reason)s”") % {"reason": matter.reason} if matter.reason else "",
        steps=((_("What this means"), means), (_("What you can do"), (_ask(names),))),
        foot=_about_a_change(names),
        grey=True,
    )


def _reinstated(matter: Matter, names: Names) -> Words:
    means = (_("Whoever checks it now reads that it is valid. You can show it as before."),)
    return Words(
        subject=_("“%(title)s” of %(issuer)s is valid again") % _for_texts(names),
        glance=_("You can show it as before."),
        lead=_("%(issuer)s has ended the suspension of your certificate") % _for_texts(names),
        button=_("See what it says now"),
        warning=_secret(),
        card=(_("Valid again since %(day)s") % {"day": day_in_words(matter.changed_on)}, *_reason(matter, names)),
        quote=_("“%(reason)s”") % {"reason": matter.reason} if matter.reason else "",
        steps=((_("What this means"), means),),
        foot=_about_a_change(names),
    )


def _expiring(matter: Matter, names: Names) -> Words:
    until = {"day": day_in_words(matter.valid_until)}
    means = (
        _("Until then nothing changes. Afterwards, whoever checks it reads that it has expired."),
        _("What you have learned stays awarded; only the certificate's validity ends."),
    )
    return Words(
        subject=_("“%(title)s” of %(issuer)s is valid until %(day)s") % (_for_texts(names) | until),
        glance=_("What happens then, and whom you can ask."),
        lead=_("the validity of your certificate of %(issuer)s ends soon:") % _for_texts(names),
        button=_("Open your certificate"),
        warning=_secret(),
        card=(_("Valid until %(day)s") % until,),
        steps=((_("What this means"), means), (_("What you can do"), (_ask_for_renewal(names),))),
        foot=_about_a_change(names),
    )


def _answered(matter: Matter, names: Names) -> Words:
    foot = _("You get this letter because you have applied for it. It comes once.")
    rights = _("To have what we keep about you shown, corrected or deleted, write to %(contact)s") % _for_rights(names)
    shared: dict[str, Any] = {
        "button": _("See your requests"),
        "warning": _("The page asks you to sign in."),
        "foot": (foot, *([rights] if names.privacy else [])),
    }
    if matter.reason:
        return Words(
            subject=_("Your request for “%(title)s” was declined") % _for_texts(names),
            glance=_("What the reason is, and what you can do."),
            lead=_("%(issuer)s has declined your request for") % _for_texts(names),
            card=(_("Declined on %(day)s") % {"day": day_in_words(matter.changed_on)}, *_reason(matter, names)),
            quote=_("“%(reason)s”") % {"reason": matter.reason},
            steps=(
                (_("What you can do"), (_ask(names), _("You may apply again, for example with further evidence."))),
            ),
            **shared,
        )
    return Words(
        subject=_("Your request for “%(title)s” was approved") % _for_texts(names),
        glance=_("The certificate comes in a letter of its own."),
        lead=_("%(issuer)s has approved your request for") % _for_texts(names),
        card=(_("Approved on %(day)s") % {"day": day_in_words(matter.changed_on)},),
        steps=((_("What comes next"), (_("The certificate comes in a letter of its own, with a link to it."),)),),
        **shared,
    )


# The kinds that may be queued.
WRITERS: Mapping[str, Callable[[Matter, Names], Words]] = {
    LetterKind.CLAIM: _claim,
    LetterKind.REMINDER: _reminder,
    LetterKind.CORRECTED: _corrected,
    LetterKind.RENEWED: _renewed,
    LetterKind.REVOKED: _revoked,
    LetterKind.SUSPENDED: _suspended,
    LetterKind.REINSTATED: _reinstated,
    LetterKind.EXPIRING: _expiring,
    LetterKind.LINK: _link,
    LetterKind.APPLICATION_ANSWERED: _answered,
}


def _for_texts(names: Names) -> dict[str, str]:
    return {"issuer": names.issuer, "title": names.title, "contact": names.contact}


def _for_rights(names: Names) -> dict[str, str]:
    return {"contact": names.privacy}


def _name(names: Names, *, signed: bool = True) -> str:
    reads = _("Your name reads %(holder_name)s.") if signed else _("Your name will read %(holder_name)s.")
    reads %= {"holder_name": names.holder}
    if not names.contact:
        return reads
    wrong = _("Name wrong? Write to %(contact)s") % _for_texts(names)
    return f"{reads} {wrong}"


def _secret() -> str:
    return _("The link is secret: whoever has it sees your certificate. Do not pass this mail on.")


def _reason(matter: Matter, names: Names) -> tuple[str, ...]:
    return (_("The reason, in the words of %(issuer)s:") % _for_texts(names),) if matter.reason else ()


def _ask(names: Names) -> str:
    if names.contact:
        return _("Ask or object: write to %(contact)s") % _for_texts(names)
    return _("Ask or object: turn to %(issuer)s.") % _for_texts(names)


def _ask_for_renewal(names: Names) -> str:
    if names.contact:
        return _("Ask whether it can be renewed, and how: write to %(contact)s") % _for_texts(names)
    return _("Ask %(issuer)s whether it can be renewed, and how.") % _for_texts(names)


def _about_what_is_kept(names: Names) -> tuple[str, ...]:
    kept = _(
        "We keep your name, your e-mail address and this award, because %(issuer_name)s asked us to hand it to you."
    ) % {"issuer_name": names.issuer}
    rights = _("To have them shown, corrected or deleted, write to %(contact)s") % _for_rights(names)
    return (kept, *([rights] if names.privacy else []), _("This is not for you? Please delete this mail."))


def _about_a_change(names: Names) -> tuple[str, ...]:
    why = _("You get this letter because something about a certificate of yours changes. It comes once.")
    rights = _("To have what we keep about you shown, corrected or deleted, write to %(contact)s") % _for_rights(names)
    return (why, *([rights] if names.privacy else []), _("This is not for you? Please delete this mail."))
