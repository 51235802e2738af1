"""The operator's administration: what the house itself shows, read-only, and no table of anybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from registry.read_only import ReadOnlyAdmin


class OperatorSite(admin.AdminSite):
    """Django's administration, pared down to looking.

    Packages register tables of their own that can be changed without a trace, or show secrets: accounts' addresses,
    second factors, clients, tokens, groups. They are not shown, whatever a later version of a package brings.
    """

    site_title = _("Testamur administration")
    site_header = _("Testamur administration")
    index_title = _("To look at; every change goes through a command or the API")
    enable_nav_sidebar = False

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Take what is read-only, and leave out everything else."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the accounts' sign-in: Django's own form counts no attempts and asks for no second factor."""
        return super().login(request, extra_context)

    def password_change(self, _request: HttpRequest, _extra_context: object = None) -> HttpResponse:  # type: ignore[override]
        """Send to the account's own page: there is one way to change a password."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def password_change_done(self, _request: HttpRequest, _extra_context: object = None) -> HttpResponse:  # type: ignore[override]
        """Send to the account."""
        return HttpResponseRedirect(reverse("registry:account"))
