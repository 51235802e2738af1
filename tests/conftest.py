"""What every test run is told: the options of the house, and the task application."""

from collections.abc import Callable
from typing import NoReturn

import pytest
from django.utils import translation

from config.celery import app
from tests.trap_plugin import prove
from tests.traps import part_of, read_traps

__all__ = ["app"]  # imported for its effect: tasks called in-process belong to the house's application


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options of the house; `--strict` is pytest's own, and means for us: skip nothing."""
    parser.addoption(
        "--prove-traps",
        nargs="?",
        const="1/1",
        metavar="PART/PARTS",
        help="Disable each guard: its test must go red. 1/2 and 2/2 are the halves of it, for two cores.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """With `--prove-traps` this run disables guards and watches their tests instead of testing."""
    if asked := config.getoption("--prove-traps"):
        try:
            traps = part_of(read_traps(), asked)
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error
        prove(config, traps)


def pytest_runtest_setup() -> None:
    """Begin in the default language: a request leaves its reader's behind in the thread."""
    translation.deactivate()


@pytest.fixture(scope="session")
def missing(pytestconfig: pytest.Config) -> Callable[[str], NoReturn]:
    """Return what a test calls when its data or tools are absent: skip loudly, fail with `--strict`."""

    def report(reason: str) -> NoReturn:
        if pytestconfig.getini("strict"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)

    return report
