"""The structural check: does the agreement make sense as a whole? Every finding has its place and what to do."""

from collections.abc import Iterator

from crmsync.agreement.check_conditions import check_conditions
from crmsync.agreement.check_signoffs import check_signoffs
from crmsync.agreement.check_statuses import check_statuses
from crmsync.agreement.check_words import check_words
from crmsync.agreement.check_work import check_work
from crmsync.agreement.draft import Draft
from crmsync.model.errors import Problem


def structural(draft: Draft) -> Iterator[Problem]:
    """Everything that is wrong although each file is well formed; parts that could not be read are left out."""
    yield from check_statuses(draft)
    yield from check_words(draft)
    yield from check_conditions(draft)
    yield from check_work(draft)
    yield from check_signoffs(draft)
