"""Every address of the house, room by room."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    # First, since nothing else is asked for as often.
    path("", include("verification.urls")),
    path("admin/", admin.site.urls),
    path("account/", include("registry.account_urls")),
    path("", include("registry.urls")),
    path("", include("catalogue.urls")),
    path("console/", include("console.urls")),
    path("operator/", include("console.operator_urls")),
    path("", include("wallet.urls")),
    path("", include("integrations.urls")),
]
