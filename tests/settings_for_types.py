"""Settings for the type checker: those of a test run."""

import os

os.environ.setdefault("TESTAMUR_MODE", "test")

from config.settings import *  # noqa: F403
