"""granian with the application loaded before it forks: its workers share the pages of it (`python -m config.granian`)."""

import gc
import os

import django
from granian.cli import entrypoint

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def load() -> None:
    """Import every page and form; open nothing that two processes must not share."""
    from django.urls import get_resolver

    django.setup()
    # Any address will do: it reads the patterns of all of them.
    _patterns = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    load()
    entrypoint()  # type: ignore[no-untyped-call]
