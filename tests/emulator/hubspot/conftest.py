import pytest

from tests.emulator.hubspot.door import Door


@pytest.fixture
def door() -> Door:
    return Door()
