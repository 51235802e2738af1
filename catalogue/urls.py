"""Addresses of the catalogue room."""

from django.urls import path, re_path

from catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("catalogue/", views.catalogue_list, name="list"),
    path("catalogue/<slug:issuer>/<slug:slug>/", views.achievement_page, name="achievement"),
    path("catalogue/<slug:issuer>/<slug:slug>.json", views.achievement_json, name="achievement_json"),
    path("catalogue/<slug:issuer>/<slug:slug>/v/<int:number>/", views.version_page, name="version"),
    path("catalogue/<slug:issuer>/<slug:slug>/v/<int:number>.json", views.achievement_json, name="version_json"),
    path("issuers/", views.issuer_list, name="issuers"),
    path("issuers/<slug:slug>/", views.issuer_detail, name="issuer"),
    path("sitemap.xml", views.sitemap_xml, name="sitemap"),
    re_path(r"^media/(?P<sha256>[0-9a-f]{64})\.(?P<suffix>png|webp)$", views.image, name="image"),
]
