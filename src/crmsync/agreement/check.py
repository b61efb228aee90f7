"""The structural check."""

from collections.abc import Iterator

from crmsync.agreement.draft import Draft
from crmsync.model.errors import Problem


def structural(draft: Draft) -> Iterator[Problem]:
    """All."""
    yield from ()
