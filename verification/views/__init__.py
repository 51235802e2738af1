"""Pages and public documents of verification."""

from verification.views.credential import credential_code, credential_file, credential_page
from verification.views.desk import checking_desk
from verification.views.documents import issuer_did, platform_did, statement, status_list
from verification.views.start_page import landing
from verification.views.trials import trial, trial_did

__all__ = [
    "checking_desk",
    "credential_code",
    "credential_file",
    "credential_page",
    "issuer_did",
    "landing",
    "platform_did",
    "statement",
    "status_list",
    "trial",
    "trial_did",
]
