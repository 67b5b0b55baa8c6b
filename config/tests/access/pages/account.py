"""Signing in, and what machines ask for."""

from __future__ import annotations

from config.tests.access.rows import ANYBODY, SIGNED_IN, page

ACCOUNT = [
    page("account_login", "GET POST", ANYBODY),
    page("account_logout", "GET POST", ANYBODY),
    page("account_inactive", "GET", ANYBODY),
    page("account_signup", "GET", ANYBODY),
    page("account_reset_password", "GET POST", ANYBODY),
    page("account_reset_password_done", "GET", ANYBODY),
    page("account_reset_password_from_key_done", "GET", ANYBODY),
    page("account_reset_password_from_key", "GET", ANYBODY, uidb36="nobody", key="nothing"),
    page("account_email_verification_sent", "GET", ANYBODY),
    page("account_confirm_email", "GET", ANYBODY, key="nothing"),
    page("account_confirm_login_code", "GET", ANYBODY),
    page("account_reauthenticate", "GET POST", SIGNED_IN),
    page("account_email", "GET POST", SIGNED_IN),
    page("account_change_password", "GET POST", SIGNED_IN),
    page("account_set_password", "GET POST", SIGNED_IN),
    page("usersessions_list", "GET POST", SIGNED_IN),
    page("mfa_list_webauthn", "GET", SIGNED_IN),
    page("mfa_add_webauthn", "GET POST", SIGNED_IN),
    page("mfa_reauthenticate_webauthn", "GET", SIGNED_IN),
    page("mfa_remove_webauthn", "GET POST", SIGNED_IN, pk="1"),
    page("mfa_edit_webauthn", "GET POST", SIGNED_IN, pk="1"),
    page("mfa_login_webauthn", "GET", ANYBODY),
    page("socialaccount_login_cancelled", "GET", ANYBODY),
    page("socialaccount_login_error", "GET", SIGNED_IN),
    page("socialaccount_signup", "GET", ANYBODY),
    page("socialaccount_connections", "GET", SIGNED_IN),
    page("google_login", "GET", ANYBODY),
    page("google_callback", "GET", ANYBODY),
    page("google_login_by_token", "POST", ANYBODY),
    page("microsoft_login", "GET", ANYBODY),
    page("microsoft_callback", "GET", ANYBODY),
    page("mfa_authenticate", "GET", ANYBODY),
    page("mfa_index", "GET", SIGNED_IN),
    page("mfa_reauthenticate", "GET", SIGNED_IN),
    page("mfa_activate_totp", "GET POST", SIGNED_IN),
    page("mfa_deactivate_totp", "GET POST", SIGNED_IN),
    page("mfa_view_recovery_codes", "GET", SIGNED_IN),
    page("mfa_generate_recovery_codes", "GET POST", SIGNED_IN),
    page("mfa_download_recovery_codes", "GET", SIGNED_IN),
]
MACHINES = [
    page("manifest", "GET", ANYBODY),
    page("service-worker", "GET", ANYBODY),
    page("favicon", "GET", ANYBODY),
    page("offline", "GET", ANYBODY),
    page("healthz", "GET", ANYBODY),
    page("readyz", "GET", ANYBODY),
    page("metrics", "GET", ANYBODY),  # asks for its own token, or for this machine
]
