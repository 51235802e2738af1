"""The tables of the registry."""

from registry.models.agreements import Agreement, AgreementAccepted, AgreementKind
from registry.models.fields import LanguageMapField
from registry.models.invitations import Invitation
from registry.models.leased import LeasedRow
from registry.models.mandates import Mandate
from registry.models.organisations import (
    HostAlias,
    Issuer,
    IssuerProfile,
    IssuerState,
    Node,
    NodeKind,
    Organisation,
    OrganisationIdentifier,
    OrganisationIdentifierType,
    OrganisationKind,
    OrganisationState,
    SigningPolicy,
    Visibility,
)
from registry.models.people import (
    ApiKey,
    IdentifierType,
    Learner,
    LearnerIdentifier,
    Membership,
    OAuthClient,
    RegisterRole,
    RegisterRoleKind,
    Role,
    SignInToken,
    User,
)
from registry.models.records import (
    Alarm,
    AuditEntry,
    AuditHead,
    AuditSeal,
    IdempotencyKey,
    OutboxMessage,
    Throttle,
    Upkeep,
)
from registry.models.saved_views import SavedView
from registry.models.sign_in import IdentityProvider, ProposalDecision, ProviderKind, RoleProposal
from registry.models.staff_news import MailPace, NewsKind, StaffMail, StaffNews
from registry.models.trust import Accreditation, TrustedIssuer

__all__ = [
    "Accreditation",
    "Agreement",
    "AgreementAccepted",
    "AgreementKind",
    "Alarm",
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "HostAlias",
    "IdempotencyKey",
    "IdentifierType",
    "IdentityProvider",
    "Invitation",
    "Issuer",
    "IssuerProfile",
    "IssuerState",
    "LanguageMapField",
    "Learner",
    "LearnerIdentifier",
    "LeasedRow",
    "MailPace",
    "Mandate",
    "Membership",
    "NewsKind",
    "Node",
    "NodeKind",
    "OAuthClient",
    "Organisation",
    "OrganisationIdentifier",
    "OrganisationIdentifierType",
    "OrganisationKind",
    "OrganisationState",
    "OutboxMessage",
    "ProposalDecision",
    "ProviderKind",
    "RegisterRole",
    "RegisterRoleKind",
    "Role",
    "RoleProposal",
    "SavedView",
    "SignInToken",
    "SigningPolicy",
    "StaffMail",
    "StaffNews",
    "Throttle",
    "TrustedIssuer",
    "Upkeep",
    "User",
    "Visibility",
]
