"""Addresses of the registry room."""

from django.urls import path

from registry import views

app_name = "registry"

urlpatterns = [
    path("preferences/", views.set_preference, name="set_preference"),
    path("account/", views.account_home, name="account"),
    path("account/sign-in/<str:token>", views.sign_in_once, name="sign_in_once"),
    path("account/invitation/<str:token>/", views.invitation, name="invitation"),
    path("dev/mail/", views.mail_folder, name="mail_folder"),
    path("dev/mail/<str:name>/", views.mail_message, name="mail_message"),
    path("dev/mail/<str:name>/html", views.mail_html, name="mail_html"),
    path("about/<slug:name>/", views.about, name="about"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
]
