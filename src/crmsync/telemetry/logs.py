"""Logging, set up once: JSON lines for machines, readable lines on a terminal, always to stderr and always redacted."""

import logging
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog
from structlog.typing import Processor

from crmsync.telemetry.redaction import Redaction, frames

VENDORS = tuple(
    "hubspot urllib3 simple_salesforce requests sqlalchemy alembic tenacity asyncio apscheduler tzlocal".split()
)
"""Libraries that would log bodies, statements and addresses: only their warnings are kept."""


def configure_logs(
    log_format: str = "auto",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    level: int = logging.INFO,
    *,
    beside: bool = True,
) -> None:
    """Send every log line of the process through redaction; `log_format` is auto, text or json.

    People at a terminal see the answer of their command: there, only warnings are logged beside it. Where the log is
    the answer, say so with `beside` off.
    """
    out = stream or sys.stderr
    as_json = log_format == "json" or (log_format == "auto" and not out.isatty())
    redaction = Redaction(secrets)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _error_told,
        redaction,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _printer(as_json)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level if as_json or not beside else max(level, logging.WARNING))
    for name in VENDORS:
        logging.getLogger(name).setLevel(max(logging.WARNING, level))
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _printer(as_json: bool) -> Processor:  # noqa: FBT001 - one of two, named at its only call
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)


def _error_told(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception is logged by its type and where it came from: its message and its variables may name people."""
    told = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["frames"] = frames(error)
    return event
