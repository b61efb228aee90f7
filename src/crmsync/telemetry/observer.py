"""The observer of a running crmsync: every event becomes one redacted log line."""

import structlog

QUIET = frozenset({"crm.call", "crm.login"})
LOUD = frozenset(
    {
        "crm.unanswered",
        "crm.retry",
        "crm.paused",
        "crm.secret_not_kept",
        "crm.stream_off",
        "cycle.cut_short",
        "workspace.kept",
    }
)


class StructlogObserver:
    """Writes events down (implements `model.ports.Observer`); calls at debug level, what went wrong as a warning."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("crmsync")

    def event(self, name: str, **facts: object) -> None:
        """Something happened."""
        if name in QUIET:
            self._log.debug(name, **facts)
        elif name in LOUD:
            self._log.warning(name, **facts)
        else:
            self._log.info(name, **facts)
