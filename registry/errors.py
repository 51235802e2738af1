"""Refusals: one error type, seven kinds. The HTTP table lives with those who speak HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from registry.refusals import Refusal


class RegistryError(Exception):
    """An expected refusal: a stable `code`, a sentence for people, and facts for machines.

    `refusals` are the single faults where there are several or where each has a place. Subclasses set `code` and `message`; `message` is a translatable `str.format` pattern over the facts.
    """

    code = "refused"
    message: Any = gettext_noop("This cannot be done.")

    def __init__(
        self, code: str | None = None, message: Any | None = None, *, refusals: Sequence[Refusal] = (), **facts: Any
    ) -> None:
        self.code = code or self.code
        self.refusals = tuple(refusals)
        self.message = message or self.message
        self.facts = facts
        super().__init__(self.code)

    def sentence(self) -> str:
        """Return the refusal in the reader's language."""
        return str(self.message).format(**self.facts)

    @property
    def every_refusal(self) -> tuple[Refusal, ...]:
        """Its single faults; where it has none, itself as one that is of the whole."""
        return self.refusals or (Refusal("", self.code, self.sentence()),)

    def __str__(self) -> str:
        return self.sentence()


class MalformedError(RegistryError):
    """The input cannot be read or breaks a rule (422)."""

    code, message = "malformed", _("The input cannot be used: {reason}.")


class OrderRefusedError(MalformedError):
    """What was ordered breaks rules: each fault has its place, its code and what to do."""

    def __init__(self, code: str, refusals: Sequence[Refusal]) -> None:
        told = " ".join(one.sentence() for one in refusals)
        super().__init__(code, "{reason}", refusals=refusals, reason=told)


class UnauthenticatedError(RegistryError):
    """The request carries no key or token, and needs one (401)."""

    code, message = (
        "authentication-required",
        _("This needs an API key or an access token in the Authorization header."),
    )


class ForbiddenError(RegistryError):
    """The actor may not do this (403)."""

    code, message = "forbidden", _("You may not do this here.")


class NotFoundError(RegistryError):
    """There is no such thing, or the actor may not know of it (404)."""

    code, message = "not-found", _("There is nothing here.")


class NotAcceptableError(RegistryError):
    """It cannot be had in the format that was asked for (406)."""

    code, message = "not-acceptable", _("This cannot be had in this format.")


class ConflictError(RegistryError):
    """It contradicts what is already there (409)."""

    code, message = "conflict", _("This contradicts what is already there.")


class ErasedError(RegistryError):
    """It was there and is not any more (410): erased, replaced, or over."""

    code, message = "erased", _("This was erased.")


class LimitError(RegistryError):
    """Too often or too much (429)."""

    code, message = "limit", _("Too many requests. Try again in {retry_after} seconds.")


class AskedTooOftenError(LimitError):
    """Mandates were asked for as often as an organisation may in a day."""

    code = "asked-too-often"
    message = _("Mandates were asked for very often today. Try again tomorrow, or talk to the other organisation.")


class TooManyTriesError(LimitError):
    """A code or a password was tried too often."""

    code, message = "too-many-tries", _("Too many tries. Wait a few minutes and try again.")


class UnavailableError(RegistryError):
    """Something needed does not answer now (503); the only kind a task tries again."""

    code, message = (
        "unavailable",
        _("Something we need does not answer. Try again later."),
    )


class BusyError(UnavailableError):
    """There is no room now for what somebody wants (503)."""

    code = "busy"
    message = _("Too much is going on here at the moment. Send it again in {retry_after} seconds.")


class SlowBodyError(RegistryError):
    """What was sent did not arrive in its time (408)."""

    code, message = "too-slow", _("What you sent did not arrive completely in time. Send it again.")


class TooLargeError(RegistryError):
    """More bytes than anybody needs (413)."""

    code, message = "too-large", _("The body may have at most {max_bytes} bytes.")


class LengthRequiredError(RegistryError):
    """A body came without its length: nobody could tell whether all of it is there (411)."""

    code = "length-required"
    message = _("What you sent does not say how long it is. Send it in one piece, with Content-Length.")


class UnstorableError(MalformedError):
    """A value that the database cannot hold: a NUL in a text, or more than its column takes (422)."""

    code, message = "unstorable-value", _("A value is too long, too large, or holds a character that is no text.")


class KeyReusedError(MalformedError):
    """A key that says "the same request again" came back with another request (422)."""

    code = "idempotency-key-reused"
    message = _("This Idempotency-Key belongs to another request. Use a new one.")


class RoleRequiredError(ForbiddenError):
    """The actor lacks the role at this place."""

    code, message = (
        "role-required",
        _("This needs the role “{role}” at this organisation."),
    )


class ScopeRequiredError(ForbiddenError):
    """The key or client lacks the scope."""

    code, message = "scope-required", _("This key needs the scope “{scope}”.")


class OperatorRequiredError(ForbiddenError):
    """Only who runs this installation may do it."""

    code, message = "operator-required", _("Only the operator of this installation can do this.")


class OrganisationStoppedError(ConflictError):
    """The operator has stopped the organisation: nothing new is awarded in its name until it is opened again."""

    code = "organisation-stopped"
    message = _(
        "This organisation is stopped: nothing new can be awarded in its name. The operator of this installation "
        "can open it again."
    )


class OrganisationClosedError(ConflictError):
    """The organisation is closed for good: nothing new is awarded in its name."""

    code, message = (
        "organisation-closed",
        _("This organisation is closed: nothing can be awarded in its name any more."),
    )


class NumberTakenError(ConflictError):
    """An official number is one organisation's alone."""

    code = "number-taken"
    message = _("The {type} number {value} is another organisation's here. Check it, or take it away there first.")


class LastOwnerError(ConflictError):
    """An organisation keeps at least one owner."""

    code, message = (
        "last-owner",
        _("An organisation needs an owner. Name another one first."),
    )


class HostRefusedError(MalformedError):
    """An address that this installation cannot have; `remedy` says what to write."""

    code, message = "not-an-address", _("{remedy}")

    def __init__(self, *, code: str, remedy: str) -> None:
        super().__init__(code=code, remedy=_(remedy))


class TakenError(ConflictError):
    """A name that must be unique is in use."""

    code, message = "taken", _("“{value}” is already in use. Choose another one.")


class IdentifierConflictError(ConflictError):
    """Identifiers of one recipient belong to two of the organisation's records."""

    code, message = (
        "identifier-conflict",
        _(
            "These identifiers belong to two people in your records. Leave out the one that is not this person's; "
            "if both records are of one person, have them joined first."
        ),
    )


class LearnerUnknownError(MalformedError):
    """The organisation has no record with this id."""

    code, message = (
        "learner-unknown",
        _("You have no record of a person with this id. Name them by their e-mail address or number instead."),
    )


class ProofTooOldError(ConflictError):
    """An identifier was shown to be a person's before the award named it, or not yet."""

    code, message = (
        "proof-too-old",
        _("This address or number was confirmed before the award named it. Confirm it again now."),
    )


class HeldByAnotherError(ConflictError):
    """The record is linked to another account."""

    code, message = (
        "held-by-another",
        _("This record belongs to another account already. Write to the organisation if that is not you."),
    )


class DiffersError(ConflictError):
    """What a repeated act would make is there already, and is not the same."""

    code, message = "differs", _("There is “{value}” already, and it differs in: {differing}. Choose another name.")


class AlreadyMemberError(ConflictError):
    """Whoever is invited holds the role already."""

    code, message = "already-member", _("Whoever has this address holds the role “{role}” here already.")


class JustSentError(ConflictError):
    """A letter went out a moment ago."""

    code = "just-sent"
    message = _("A letter went out a moment ago. Wait ten minutes before you send another one.")


class InvitationOverError(ErasedError):
    """An invitation's link opens nothing (any more)."""

    code = "invitation-over"
    message = _("This invitation was used or taken back, or its time is over. Ask who invited you for a new one.")


class WrongAddressError(ForbiddenError):
    """An invitation is for another address than those of the account."""

    code = "wrong-address"
    message = _("This invitation is for another address. Sign in with that one, or add it to your account.")


class AgreementMissingError(ConflictError):
    """An agreement that the operator asks for since a day was not accepted for the organisation."""

    code = "agreement-missing"
    message = _(
        "Your organisation has not accepted an agreement that is needed since {day}. An owner reads and accepts it "
        "under Administration, Agreements; then awarding goes on."
    )


class AgreementReplacedError(ConflictError):
    """A newer version of an agreement stands."""

    code = "agreement-replaced"
    message = _("There is a newer version of this agreement. Read and accept that one.")


class MandateStandsError(ConflictError):
    """A mandate of the same two for another period."""

    code = "mandate-stands"
    message = _("There is a mandate of these two already. End it first if it should hold for another time.")


class MandateEndedError(ConflictError):
    """A mandate that somebody ended or took back."""

    code, message = "mandate-ended", _("This mandate was ended. Whoever needs it asks for another one.")


class PlaceClosedError(ConflictError):
    """A faculty that was closed."""

    code = "place-closed"
    message = _("This faculty is closed: nothing new is made or awarded there. An owner can open it again.")


class AlreadyEndingError(ConflictError):
    """A machine's key that ends anyway."""

    code = "already-ending"
    message = _("This one was replaced or stopped already, or ends by then anyway. Make a new one if you need one.")
