"""The addresses that templates name: enough to render pages without the other rooms."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("registry.account_urls")),
    path("", include("registry.urls")),
]
