import pytest

from tests.emulator.salesforce.door import Door


@pytest.fixture
def door() -> Door:
    return Door()
