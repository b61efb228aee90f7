"""The three CRMs, one after the other, each empty: served once per file."""

import pytest

from crmsync.emulator import serve
from tests.conformance.memo import Book
from tests.conformance.sides import Side


@pytest.fixture(scope="module")
def running():
    with serve("empty") as both:
        yield both


@pytest.fixture(params=["memo", "salesforce", "hubspot"])
def side(request, running):
    made = Side(request.param, running, Book()).reset()
    yield made
    made.crm.close()


@pytest.fixture(params=["salesforce", "hubspot"])
def vendor(request, running):
    """The two CRMs behind HTTP, where there are tokens, calls and pages to count."""
    made = Side(request.param, running, Book()).reset()
    yield made
    made.crm.close()
