"""Which command runs where."""

import os
import sys


def run(argv: list[str]) -> int:
    """Run one command line of `manage.py`; return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)
    return 0
