"""Addresses of signing in: of allauth's, those that this house offers, one by one. What is not listed is not there."""

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as elsewhere
from django.conf import settings
from django.urls import path

from registry import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("email/", views.email_addresses, name="account_email"),
    path("linked/", views.linked, name="account_linked"),
    path("provider/cancelled/", elsewhere.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/<slug:slug>/", views.provider_start, name="provider_start"),
    path("provider/<slug:slug>/link/", views.provider_link, name="provider_link"),
    path("provider/<slug:slug>/callback/", views.provider_callback, name="provider_callback"),
    path("provider/<slug:slug>/acs/", views.provider_acs, name="provider_acs"),
    path("provider/<slug:slug>/finish/", views.provider_finish, name="provider_finish"),
    path("provider/<slug:slug>/metadata/", views.provider_metadata, name="provider_metadata"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("mails/", views.staff_mail, name="account_staff_mail"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("2fa/", second_step.index, name="mfa_index"),
    path("2fa/authenticate/", second_step.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", views.activate_app, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", views.add_security_key, name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
if settings.SIGN_UP_OPEN:
    urlpatterns.append(path("signup/", account.signup, name="account_signup"))
