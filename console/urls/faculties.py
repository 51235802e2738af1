"""Addresses of faculties, and of finding one's way."""

from django.urls import path

from console.views import faculties

urlpatterns = [
    path("<slug:slug>/find/", faculties.find, name="find"),
    path("<slug:slug>/places/<uuid:node_id>/new/", faculties.new_faculty, name="new_faculty"),
    path("<slug:slug>/places/<uuid:node_id>/edit/", faculties.faculty, name="faculty"),
    path("<slug:slug>/places/<uuid:node_id>/close", faculties.close, name="close_faculty"),
    path("<slug:slug>/places/<uuid:node_id>/reopen", faculties.reopen, name="reopen_faculty"),
]
