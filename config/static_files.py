"""Which packages' static files are served: those that a page of ours uses, and nothing else of what they bring."""

from collections.abc import Collection

from django.contrib.staticfiles.finders import AppDirectoriesFinder

APPS = ("django.contrib.admin", "allauth.account", "allauth.mfa")


class PagesFinder(AppDirectoriesFinder):
    """Finds the files of `APPS` alone."""

    def __init__(self, app_names: Collection[str] | None = None) -> None:
        super().__init__(app_names or APPS)
