"""Two emulated CRMs for a whole file of tests, a fresh workspace for each."""

import shutil
from pathlib import Path

import pytest

from crmsync.agreement.read import read_agreement
from crmsync.bootstrap import present_day
from crmsync.cycle.checking import REMEMBERED_IN, check
from tests.cycle.conftest import river, running, town
from tests.cycle.river import signed_files

__all__ = ["river", "running", "town"]


@pytest.fixture(scope="session")
def proof(tmp_path_factory):
    """The shipped agreement was proved once: every start finds that and need not do it again."""
    folder = tmp_path_factory.mktemp("proof")
    files = signed_files().items()
    texts = {Path(name).name: text for name, text in files if name.startswith("mappings/agreement/")}
    assert not check(read_agreement(texts), folder, present_day()).restless
    return Path(folder, REMEMBERED_IN)


@pytest.fixture
def proved(river, proof):
    """A workspace whose agreement was proved before."""
    shutil.copy(proof, river.folder / "state")
    return river
