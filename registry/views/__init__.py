"""Pages that belong to no other room."""

from registry.views.about import about, favicon, robots
from registry.views.account import account_home, activate_app, add_security_key, email_addresses, sign_in_once
from registry.views.dev_mail import mail_folder, mail_html, mail_message
from registry.views.health import alive, metrics, ready
from registry.views.invitations import invitation
from registry.views.preferences import set_preference
from registry.views.sessions import sessions

__all__ = [
    "about",
    "account_home",
    "activate_app",
    "add_security_key",
    "alive",
    "email_addresses",
    "favicon",
    "invitation",
    "mail_folder",
    "mail_html",
    "mail_message",
    "metrics",
    "ready",
    "robots",
    "sessions",
    "set_preference",
    "sign_in_once",
]
