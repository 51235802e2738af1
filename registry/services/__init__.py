"""The registry's acts: one function, one act, one transaction."""

from registry.services.access_handed_over import HandOverOrder, hand_over_access, invitations_by, is_colleague
from registry.services.agreeing import AgreementOrder, accept_agreement, publish_agreement
from registry.services.background import close_alarms, retry_messages
from registry.services.bearer_secrets import (
    create_api_key,
    note_use,
    one_time_sign_in_url,
    redeem_sign_in_token,
    revoke_api_key,
    rotate_api_key,
    secret_hash,
    user_of_sign_in_token,
)
from registry.services.holding import Proof, ProofKind
from registry.services.identities import decide_role_proposal
from registry.services.identity_providers import ProviderOrder, RoleRule, state_identity_provider
from registry.services.invitations import (
    accept_invitation,
    invite_member,
    offer_role,
    owns_address,
    send_invitation_again,
    withdraw_invitation,
)
from registry.services.keeping_views import forget_view, keep_view, rename_view
from registry.services.linking_ahead import link_ahead, unlink_identifier
from registry.services.looks import note_looks
from registry.services.mail_pace import choose_pace
from registry.services.mandating import MandateOrder, ask_mandate, confirm_mandate, end_mandate
from registry.services.members import add_member, change_term, ensure_account, remove_member
from registry.services.oauth_clients import (
    create_oauth_client,
    revoke_oauth_client,
    rotate_oauth_client,
    scopes_by_client,
)
from registry.services.official_numbers import Whereabouts, numbers_from, state_whereabouts
from registry.services.organisation_settings import RULES, SettingsOrder, change_organisation
from registry.services.organisation_states import (
    close_organisation,
    reopen_organisation,
    require_open,
    stop_organisation,
)
from registry.services.organisations import (
    OrganisationOrder,
    ProfileOrder,
    create_issuer,
    create_organisation,
    revise_issuer_profile,
)
from registry.services.people import (
    IdentifierOrder,
    NotOnePersonError,
    Recipient,
    known_identifiers,
    learner_known,
    learners_for,
    normalised_identifier,
)
from registry.services.tree import close_faculty, create_faculty, move_faculty, rename_faculty, reopen_faculty
from registry.services.trust import TrustOrder, register_host, trust_issuer

__all__ = [
    "RULES",
    "AgreementOrder",
    "HandOverOrder",
    "IdentifierOrder",
    "MandateOrder",
    "NotOnePersonError",
    "OrganisationOrder",
    "ProfileOrder",
    "Proof",
    "ProofKind",
    "ProviderOrder",
    "Recipient",
    "RoleRule",
    "SettingsOrder",
    "TrustOrder",
    "Whereabouts",
    "accept_agreement",
    "accept_invitation",
    "add_member",
    "ask_mandate",
    "change_organisation",
    "change_term",
    "choose_pace",
    "close_alarms",
    "close_faculty",
    "close_organisation",
    "confirm_mandate",
    "create_api_key",
    "create_faculty",
    "create_issuer",
    "create_oauth_client",
    "create_organisation",
    "decide_role_proposal",
    "end_mandate",
    "ensure_account",
    "forget_view",
    "hand_over_access",
    "invitations_by",
    "invite_member",
    "is_colleague",
    "keep_view",
    "known_identifiers",
    "learner_known",
    "learners_for",
    "link_ahead",
    "move_faculty",
    "normalised_identifier",
    "note_looks",
    "note_use",
    "numbers_from",
    "offer_role",
    "one_time_sign_in_url",
    "owns_address",
    "publish_agreement",
    "redeem_sign_in_token",
    "register_host",
    "remove_member",
    "rename_faculty",
    "rename_view",
    "reopen_faculty",
    "reopen_organisation",
    "require_open",
    "retry_messages",
    "revise_issuer_profile",
    "revoke_api_key",
    "revoke_oauth_client",
    "rotate_api_key",
    "rotate_oauth_client",
    "scopes_by_client",
    "secret_hash",
    "send_invitation_again",
    "state_identity_provider",
    "state_whereabouts",
    "stop_organisation",
    "trust_issuer",
    "unlink_identifier",
    "user_of_sign_in_token",
    "withdraw_invitation",
]
