"""What the console is made of: the sections at the top of each page, and the pages with which an organisation is run."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.models import Role


@dataclass(frozen=True, slots=True)
class Section:
    """A page of an organisation that is led to from everywhere: `route` takes the organisation's slug alone.

    `role` is what somebody needs anywhere in the organisation to be led there; the page asks again for itself.
    """

    name: str
    words: Promise
    route: str
    role: Role = Role.VIEWER
    why: Promise | str = ""


SECTIONS = (
    Section("overview", _("Overview"), "console:overview"),
    Section("achievements", _("Achievements"), "console:organisation"),
    Section("awards", _("Awards"), "console:awards"),
    Section("people", _("People"), "console:people"),
    Section("batches", _("Files"), "console:batches"),
    Section("requests", _("Requests"), "console:requests", Role.AWARDER),
    Section("approvals", _("Approvals"), "console:approvals", Role.APPROVER),
    Section("administration", _("Administration"), "console:administration"),
)
"""At the top of every page, in this order."""

ADMINISTRATION: tuple[Section, ...] = (
    Section(
        "roles",
        _("People and roles"),
        "console:roles",
        Role.VIEWER,
        _("Who may do what, given here or above; invitations; roles for a time."),
    ),
    Section(
        "who_can",
        _("Who can do what"),
        "console:who_can",
        Role.VIEWER,
        _("Every role and who holds it, on one page to print."),
    ),
    Section(
        "machines",
        _("Machines"),
        "console:machines",
        Role.ADMIN,
        _("API keys and OAuth clients of other systems: what they may do, when they were last used, until when."),
    ),
    Section(
        "trail",
        _("Audit trail"),
        "console:trail",
        Role.ADMIN,
        _("Who did what and when, to be filtered and taken along."),
    ),
    Section(
        "letters",
        _("Letters"),
        "console:mail_identity",
        Role.ADMIN,
        _("Where answers go, whom people ask, your signature and your own words in letters."),
    ),
    Section(
        "first_steps",
        _("What is left to do"),
        "console:first_steps",
        Role.ADMIN,
        _("The steps from an empty organisation to the first award."),
    ),
    Section(
        "agreements",
        _("Agreements"),
        "console:agreements",
        Role.ADMIN,
        _("What the organisation agrees with whoever runs this installation, in versions; who accepted it and when."),
    ),
    Section(
        "mandates",
        _("Mandates"),
        "console:mandates",
        Role.ADMIN,
        _("On whose behalf your issuers award, and who awards in your name: asked for, confirmed, ended."),
    ),
    Section(
        "house",
        _("The organisation"),
        "console:house",
        Role.OWNER,
        _("Its names, place and official numbers; when certificates are signed, who may open them, the second step."),
    ),
    Section(
        "signatories",
        _("Who signs"),
        "console:signatories",
        Role.EDITOR,
        _("The people whose names stand on what is awarded, each with a role and a time."),
    ),
    Section(
        "identity",
        _("Keys and identity"),
        "console:identity",
        Role.OWNER,
        _("With what its issuers sign, how others know that it is so, and what to do when somebody got at a key."),
    ),
    Section(
        "proposed-roles",
        _("Proposed roles"),
        "console:proposed_roles",
        Role.ADMIN,
        _("What your institution's sign-in proposes; you give or decline it."),
    ),
)
"""On the page of administration, in this order; `why` says what it is for."""
