"""Addresses of people, and of what is done for them."""

from django.urls import path

from console.views import people

urlpatterns = [
    path("<slug:slug>/people/", people.people, name="people"),
    path("<slug:slug>/people/<uuid:learner_id>/", people.person, name="person"),
]
