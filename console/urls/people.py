"""Addresses of people, and of what is done for them."""

from django.urls import path

from console.views import merges, people, returned

urlpatterns = [
    path("<slug:slug>/people/", people.people, name="people"),
    path("<slug:slug>/returned/", returned.returned, name="returned"),
    path("<slug:slug>/awards/<uuid:award_id>/address/", returned.address, name="address"),
    path("<slug:slug>/awards/<uuid:award_id>/print-link", returned.print_link, name="print_link"),
    path("<slug:slug>/people/<uuid:learner_id>/", people.person, name="person"),
    path("<slug:slug>/people/<uuid:learner_id>/merge/", merges.merge, name="merge"),
    path("<slug:slug>/people/<uuid:learner_id>/apart/<uuid:merge_id>", merges.apart, name="apart"),
]
