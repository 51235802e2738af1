"""The refusals of issuing. `code` is stable; the sentence says what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from registry.errors import ConflictError, ErasedError, ForbiddenError, MalformedError, NotFoundError, UnavailableError


class AlreadyAwardedError(ConflictError):
    """The learner holds this line already; `id` is the award that stands."""

    code, message = "already-awarded", _("This person already holds this award ({id}).")


class StateError(ConflictError):
    """The award is in a state that the act may not leave; `state` is the code, `called` the words for it."""

    code, message = "state-does-not-allow", _("This cannot be done with an award in this state: {called}.")


class ReplacementWaitsError(ConflictError):
    """Another award waits to take this one's place; `id` is that one."""

    code, message = "replacement-waiting", _("A correction of this award is waiting already: correct that one ({id}).")


class NotHolderError(ForbiddenError):
    """Only whom an award is for may accept or decline it."""

    code, message = "not-the-holder", _("Only the person whom this award is for can do this.")


class SecondPersonError(ForbiddenError):
    """Who fixed the facts of an award cannot approve it."""

    code, message = "second-person-needed", _("You made or corrected this award: somebody else has to approve it.")


class NoSuchBodyError(MalformedError):
    """No body of this name awards it jointly; `known` names those that do."""

    code, message = "no-such-body", _("“{named}” does not award this jointly. These do: {known}.")


class GroundRequiredError(MalformedError):
    """A body outside cannot decide here: what it decided is recorded with its ground."""

    code = "ground-required"
    message = _("This body has no organisation here: record on what its decision rests, its day and a reference.")


class BodyDecidesItselfError(ConflictError):
    """Only decisions of bodies without an organisation here are recorded by others."""

    code, message = (
        "body-decides-itself",
        _("This is decided here, not recorded: leave ground, day and reference out."),
    )


class FactsRefusedError(MalformedError):
    """Facts break rules; `refusals` has each of them, `column` and `remedy` are the first one's."""

    code, message = "facts-refused", _("A fact of this award cannot be signed: {reason}.")


class AwardingClosedError(ConflictError):
    """The achievement's last award date has passed, or its issuer is closed."""

    code, message = "awarding-closed", _("This can no longer be awarded.")


class MandateMissingError(ConflictError):
    """It would be awarded in the name of an organisation that has not mandated the issuer now."""

    code = "mandate-missing"
    message = _(
        "This is awarded on behalf of {body}, and there is no mandate for that today. An owner asks for one under "
        "Administration, Mandates; the other organisation confirms it."
    )


class NotSignedForHolderError(ConflictError):
    """A holder accepts what would be signed in the name of an organisation that mandates the issuer no more."""

    code = "mandate-missing"
    message = _(
        "This would be signed on behalf of {body}, and {issuer} has no mandate for that at present. Nothing was accepted "
        "and nothing is lost: ask {issuer}, and accept it once they have one again."
    )


class CredentialNotFoundError(NotFoundError):
    """No such credential, or the actor may not know of it."""

    code, message = "not-found", _("There is no such credential.")


class AlreadyRevokedError(ConflictError):
    """Revocation is final and was done before."""

    code, message = "already-revoked", _("This credential was revoked before. Revocation is final.")


class NotSuspendableError(ConflictError):
    """The achievement version does not provide for suspension."""

    code, message = "not-suspendable", _("Credentials of this achievement cannot be suspended. Revoke it instead.")


class StatusUnchangedError(ConflictError):
    """Suspending what is suspended, or reinstating what is not."""

    code, message = "status-unchanged", _("The credential already has this status.")


class NotSignedYetError(ConflictError):
    """The credential is still being signed."""

    code, message = "not-signed-yet", _("This credential is still being signed. Try again in a moment.")


class ReasonRequiredError(MalformedError):
    """A change of status needs a reason that can be shown."""

    code, message = "reason-required", _("Give a reason of 1 to 500 characters; it is shown to those who check.")


class FileRefusedError(MalformedError):
    """A file of awards cannot be read as a whole; `remedy` says what to change."""

    code, message = "file-refused", _("{remedy}")


class BatchRefusedError(MalformedError):
    """Rows of the file cannot be accepted, so none was."""

    code, message = "rows-refused", _("Nothing was awarded. Rows that cannot be accepted: {count}.")


class BatchStateError(ConflictError):
    """The batch is in a state that does not allow this; `state` names it."""

    code, message = "state-does-not-allow", _("This batch is “{state}”: that does not allow this.")


class TooManyRowsError(MalformedError):
    """More rows of a file are named than an act takes; `most` is how many it does."""

    code, message = "too-many-rows", _("Name at most {most} rows at once, or decide on the whole file.")


class OutcomeRuleMissingError(ConflictError):
    """A file of results decides about at least two achievements, each by its outcome rule."""

    code, message = (
        "outcome-rule-missing",
        _("Choose at least two achievements, each with an outcome rule: the rule says who gets it."),
    )


class FollowsAnotherError(ConflictError):
    """A corrected file follows one of the same achievement."""

    code, message = "follows-another", _("The file that this one is to follow is of another achievement.")


class NoSuchEditionError(MalformedError):
    """The file that another one is to follow is not there, or not for whoever asks; `id` is what was said."""

    code, message = (
        "no-such-edition",
        _("There is no such batch to follow here ({id}): leave it out, or name one of yours."),
    )


class RepeatNotAllowedError(ConflictError):
    """People are to be awarded once more by a file, and the achievement does not allow that, or the file corrects another."""

    code = "repeat-not-allowed"
    message = _(
        "Nobody can be awarded once more by this file: the achievement does not allow it, or it corrects another."
    )


class BatchStoppedError(RuntimeError):
    """The batch was cancelled while its rows were being accepted."""


class SigningNotHereError(RuntimeError):
    """This process holds no key-encryption key: only the worker signs."""


class KeyUnavailableError(UnavailableError):
    """The key-encryption key is missing, unreadable or another one; it heals once the right one is there."""

    code, message = "key-unavailable", _("The signing key cannot be opened now.")


class NoKeyYetError(UnavailableError):
    """The issuer's key has not been made yet."""

    code, message = "key-pending", _("The issuer is still waiting for its key.")


class SigningStoppedError(UnavailableError):
    """Signing for this issuer was stopped after a self-check failed; an operator resumes it."""

    code, message = "signing-stopped", _("Signing for this issuer was stopped.")


class SigningWaitsError(UnavailableError):
    """The operator has stopped the organisation: what it awarded before is signed once it is opened again."""

    code, message = "organisation-stopped", _("This organisation is stopped: nothing of it is signed for now.")


class MandateOverError(UnavailableError):
    """Awards wait to be signed in the name of an organisation that mandates their issuer no more."""

    code, message = "mandate-missing", _("The mandate for this is over: nothing of it is signed for now.")


class SelfCheckError(RuntimeError):
    """A signed text is not what its facts say, or its signature does not hold. Never expected."""


class KeyUnknownError(NotFoundError):
    """The issuer has no such key."""

    code, message = "key-unknown", _("This issuer has no such key.")


class IssuerMissingError(ConflictError):
    """A body without an issuer here cannot sign anything here; `name` is the body's."""

    code, message = (
        "issuer-missing",
        _("{name} has no issuer here that could sign. Record its decision with ground, date and reference instead."),
    )


class StatementNotFoundError(NotFoundError):
    """No such statement, or the actor may not know of it."""

    code, message = "not-found", _("There is no such statement.")


class StatementStandsError(ConflictError):
    """A statement of a kind that has no place in a list, or one that was never signed, cannot be withdrawn."""

    code, message = "cannot-be-withdrawn", _("This statement cannot be withdrawn.")


class ClaimLinkOverError(ErasedError):
    """A claim link of ours that has ended or was withdrawn; what it opened is still there."""

    code, message = "claim-link-over", _("This link opens nothing any more. Ask the issuer for a new one.")


class LetterNotFoundError(NotFoundError):
    """No letter left under this Message-ID."""

    code, message = "not-found", _("No letter left under this Message-ID.")


class NobodyToWriteToError(ConflictError):
    """A letter was asked for about an award that names no e-mail address."""

    code = "no-address"
    message = _("This award names no e-mail address. Correct it with one, or hand the certificate over yourself.")


class NothingToCorrectError(MalformedError):
    """A correction says nothing that is to be different."""

    code, message = "nothing-to-correct", _("Say what is to be different: the name, the address, or a fact.")


class NothingPublishedError(ConflictError):
    """A letter tells of an award, and nothing can be awarded yet."""

    code = "nothing-published"
    message = _("Publish an achievement first: a letter tells of an award.")


class ChangeStateError(ConflictError):
    """A change of many stands where this can no longer be done; `called` are the words for it."""

    code, message = "state-does-not-allow", _("This is {called}: that can no longer be done with it.")


class CountWrongError(MalformedError):
    """Whoever confirms a change of many typed another number than there are."""

    code, message = "count-wrong", _("Type the number of awards: {count}.")


class NothingToChangeError(MalformedError):
    """A change of many names no award that can be changed."""

    code, message = "nothing-to-change", _("Choose at least one award.")


class TooManyAtOnceError(MalformedError):
    """A change of many names more awards than one change takes."""

    code, message = "too-many-at-once", _("One change takes at most {most} awards: split the file.")


class AddressRefusedError(MalformedError):
    """No mail can be sent to an address."""

    code, message = "bad-address", _("No mail can be sent to this address. Look for a letter too many or too few.")


class MergeNotFoundError(NotFoundError):
    """No such joining of records, or the actor may not know of it."""


class MergeSettledError(ConflictError):
    """Two joined records cannot be taken apart any more."""

    code, message = "merge-settled", _("An award of this person has changed since: the records stay joined.")


class TrialForPeopleError(ForbiddenError):
    """A trial is made out to the member who asks for it, and neither a machine nor the shell is one."""

    code, message = "trial-for-people", _("A trial is made out to whoever is signed in. Try it in the console.")


class TrialNotFoundError(NotFoundError):
    """No such trial, or the actor may not know of it."""


class TooManyTrialsError(ConflictError):
    """So many trials of an issuer stand already; `most` may."""

    code, message = (
        "too-many-trials",
        _("{most} trials stand already. The oldest is removed 30 days after it was made."),
    )


class OnlyOnRequestError(ConflictError):
    """The policy of the achievement, or of a place above it, is that learners apply."""

    code = "only-on-request"
    message = _("Only who has applied for it is awarded this: decide on requests, or let an owner change that rule.")


class TakesNoRequestsError(ConflictError):
    """Nobody may apply for this achievement (now)."""

    code, message = "takes-no-requests", _("Nobody can apply for this at the moment. Ask whoever awards it.")


class AlreadyAppliedError(ConflictError):
    """The same person has a request for this that is not decided yet."""

    code, message = (
        "already-applied",
        _("You have applied for this already: wait for the answer, or withdraw that one."),
    )


class TooManyRequestsOpenError(ConflictError):
    """One person has as many undecided requests as one may have."""

    code = "too-many-open"
    message = _("{most} requests of yours are not decided yet: wait for an answer, or withdraw one.")


class AddressUnconfirmedError(ConflictError):
    """The account has no confirmed address, so that nobody would know whom to award."""

    code, message = "address-unconfirmed", _("Confirm the main e-mail address of your account first.")


class RequestDecidedError(ConflictError):
    """A request that was decided or withdrawn is not decided again; `called` says how it stands."""

    code, message = "request-decided", _("This request is not open any more: {called}.")


class OwnRequestError(ForbiddenError):
    """Nobody decides on what they asked for themselves."""

    code, message = "own-request", _("This request is your own: somebody else has to decide on it.")
