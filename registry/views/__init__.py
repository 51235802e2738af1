"""Pages that belong to no other room."""

from registry.views.about import about, favicon, robots
from registry.views.account import account_home, activate_app, add_security_key, email_addresses, sign_in_once
from registry.views.dev_mail import mail_folder, mail_html, mail_message
from registry.views.health import alive, metrics, ready
from registry.views.invitations import invitation
from registry.views.preferences import set_preference
from registry.views.sessions import sessions
from registry.views.sign_in_elsewhere import (
    linked,
    provider_acs,
    provider_callback,
    provider_finish,
    provider_link,
    provider_metadata,
    provider_start,
)
from registry.views.staff_mail import staff_mail

__all__ = [
    "about",
    "account_home",
    "activate_app",
    "add_security_key",
    "alive",
    "email_addresses",
    "favicon",
    "invitation",
    "linked",
    "mail_folder",
    "mail_html",
    "mail_message",
    "metrics",
    "provider_acs",
    "provider_callback",
    "provider_finish",
    "provider_link",
    "provider_metadata",
    "provider_start",
    "ready",
    "robots",
    "sessions",
    "set_preference",
    "sign_in_once",
    "staff_mail",
]
