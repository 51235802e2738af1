"""Logging: readable lines on a developer's terminal, JSON without personal data in production."""

import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

MOST_CAUSES = 5
SAID_BETTER = (
    # They write the path, which may be a secret; RequestLog has said the rest, traceback included.
    "django.request",
    "django.security.csrf",
    # It writes what an exception says into the line itself; `config.celery` tells of failed tasks.
    "celery.app.trace",
    # They write the addresses that visitors asked for.
    "urllib3",
)
PERSONAL = frozenset({"ip", "user_agent", "email", "name", "query"})


def drop_personal_facts(_logger: "WrappedLogger", _method: str, event: "EventDict") -> "EventDict":
    """Remove what names or locates a person from a log line."""
    return {key: value for key, value in event.items() if key not in PERSONAL}


def wordless_exception(exc_info: "ExcInfo") -> str:
    """Return an exception's types and places in the code, innermost last, without what it says.

    A database's complaint quotes the row, a mail server's the address.
    """
    return "".join(_wordless(exc_info[1])).rstrip()


def _wordless(error: BaseException, deep: int = 0) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and deep < MOST_CAUSES:
        yield from _wordless(before, deep + 1)
        yield "then:\n"
    yield from traceback.format_tb(error.__traceback__)
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}\n"


def processors() -> "list[Processor]":
    """Return what every line passes through, from our loggers and from libraries alike."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal_facts,
    ]


def logging_of_mode(mode: str, level: str) -> dict[str, Any]:
    """Return the logging of a `TESTAMUR_MODE`; `level` is `LOG_LEVEL`, empty for the mode's own."""
    in_production = mode == "production"
    return logging_config(as_json=in_production, level=level or ("INFO" if in_production else "WARNING"))


def logging_config(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return Django's `LOGGING`: everything to standard error, one line each."""
    exceptions: Processor = structlog.processors.format_exc_info
    renderer: Processor = structlog.dev.ConsoleRenderer(colors=False)
    if as_json:
        exceptions = structlog.processors.ExceptionRenderer(wordless_exception)
        renderer = structlog.processors.JSONRenderer()
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            exceptions,
            renderer,
        ],
        "foreign_pre_chain": processors(),
    }
    handler = {"class": "logging.StreamHandler", "formatter": "lines"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": handler},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": "CRITICAL"} for name in SAID_BETTER},
    }


def configure_structlog() -> None:
    """Let `structlog.get_logger()` write through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
