"""Two emulated CRMs for a whole file of tests, a fresh workspace for each."""

from tests.cycle.conftest import river, running, town

__all__ = ["river", "running", "town"]
