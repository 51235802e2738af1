"""The addresses of an installation whose operator opened sign-up."""

from allauth.account import views
from django.urls import path

from config.urls import urlpatterns as closed

urlpatterns = [path("account/signup/", views.signup, name="account_signup"), *closed]
