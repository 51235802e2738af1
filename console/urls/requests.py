"""Addresses of requests: the queue, one of them, many approved together, and the link for learners."""

from django.urls import path

from console.views import requests

urlpatterns = [
    path("<slug:slug>/requests/", requests.requests, name="requests"),
    path("<slug:slug>/requests/approve/", requests.approve_many, name="approve_requests"),
    path("<slug:slug>/requests/<uuid:application_id>/", requests.request_page, name="request"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/requests/", requests.request_link, name="request_link"),
]
