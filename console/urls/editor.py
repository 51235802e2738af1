"""Addresses of the editor: writing an achievement, and what the public sees of it."""

from django.urls import path

from console.views import editor, going_public, relations, signatories

ONE = "<slug:slug>/achievements/<uuid:achievement_id>/"

urlpatterns = [
    path("<slug:slug>/signatories/", signatories.signatories, name="signatories"),
    path("<slug:slug>/signatories/<uuid:signatory_id>/end", signatories.end, name="end_signatory"),
    path("<slug:slug>/achievements/new/", editor.begin, name="begin"),
    path(f"{ONE}edit/", editor.edit, name="edit"),
    path(f"{ONE}edit/<slug:part>/", editor.edit, name="edit_part"),
    path(f"{ONE}policies", editor.policies, name="policies"),
    path(f"{ONE}picture", editor.picture, name="picture"),
    path(f"{ONE}relate", relations.relate, name="relate"),
    path(f"{ONE}unrelate", relations.unrelate, name="unrelate"),
    path(f"{ONE}copy", editor.copy, name="copy"),
    path(f"{ONE}badge.svg", going_public.badge, name="badge"),
    path(f"{ONE}preview/", going_public.preview, name="preview"),
    path(f"{ONE}publishing/", going_public.publishing, name="publishing"),
    path(f"{ONE}publish", going_public.publish, name="publish"),
    path(f"{ONE}plan", going_public.plan, name="plan"),
    path(f"{ONE}retire/", going_public.retire, name="retire"),
]
