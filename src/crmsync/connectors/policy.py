"""How a CRM is asked, as decorators around a call: asking first, asking again. A write is never repeated blindly."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from crmsync.connectors.answers import Answer, AnswerLost, Unreached
from crmsync.connectors.breaker import LeftAlone
from crmsync.connectors.traffic import Traffic
from crmsync.model.errors import BudgetSpent, RetryLater
from crmsync.model.ports import Observer, Sleeper

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds. A CRM that asks for more is left alone until the next cycle."""

_BACKOFF = wait_exponential_jitter(initial=1, max=30, jitter=1)


class _Door(Protocol):
    traffic: Traffic


D = TypeVar("D", bound=_Door)


def regulated(call: Callable[Concatenate[D, P], Answer]) -> Callable[Concatenate[D, P], Answer]:
    """A decorator for the one method of a door that makes a request: asks its `traffic` first, tells it the outcome.

    The path asked for is the first argument that looks like one. Raises LeftAlone or BudgetSpent where nothing is sent.
    """

    @wraps(call)
    def regulated_call(door: D, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        door.traffic.ask(next((one for one in args if isinstance(one, str) and "/" in one), ""))
        try:
            answer = call(door, *args, **kwargs)
        except (Unreached, AnswerLost):
            door.traffic.failed()
            raise
        door.traffic.answered(answer.status)
        return answer

    return regulated_call


def patient(
    system: str, observer: Observer, sleeper: Sleeper, traffic: Traffic | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator for reads: on RetryLater wait as long as asked, else exponentially, and read again; four tries.

    A CRM whose calls of the day are used up is not asked again; with `traffic` BudgetSpent says until when.
    """

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
            try:
                return retrying.copy()(read, *args, **kwargs)
            except BudgetSpent as error:
                if error.until is None and traffic is not None:
                    raise traffic.budget.spent(str(error)) from None
                raise

        return patiently

    return decorate


def _worth_waiting(error: BaseException) -> bool:
    return isinstance(error, RetryLater) and not isinstance(error, LeftAlone) and error.after <= LONGEST_WAIT


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, RetryLater) else 0.0
    return asked if asked > 0 else _BACKOFF(state)
