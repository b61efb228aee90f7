"""The one place that decides to ask again. Reads only: a write is never repeated blindly."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from crmsync.model.errors import RetryLater
from crmsync.model.ports import Observer, Sleeper

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds. A CRM that asks for more is left alone until the next cycle."""

_BACKOFF = wait_exponential_jitter(initial=1, max=30, jitter=1)


def patient(system: str, observer: Observer, sleeper: Sleeper) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator for reads: on RetryLater wait as long as asked, else exponentially, and read again; four tries."""

    def before_sleep(state: RetryCallState) -> None:
        observer.event("crm.retry", system=system, attempt=state.attempt_number, seconds=round(state.upcoming_sleep, 3))

    retrying = Retrying(
        sleep=sleeper.sleep,
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait,
        retry=retry_if_exception(_worth_waiting),
        before_sleep=before_sleep,
        reraise=True,
    )

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        def patiently(*args: P.args, **kwargs: P.kwargs) -> T:
            return retrying.copy()(read, *args, **kwargs)

        return patiently

    return decorate


def _worth_waiting(error: BaseException) -> bool:
    return isinstance(error, RetryLater) and error.after <= LONGEST_WAIT


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, RetryLater) else 0.0
    return asked if asked > 0 else _BACKOFF(state)
