"""The tables of what can go wrong hold exactly what the code asks for, each row with its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import crmsync.emulator
from crmsync.emulator.faults import KINDS, BadFault, Faults
from crmsync.emulator.hubspot.trouble import TROUBLES
from crmsync.emulator.switchboard import KINDS as TOLD
from crmsync.emulator.switchboard import SWITCHES
from crmsync.emulator.world import HUBSPOT, SALESFORCE

SOURCE = Path(crmsync.emulator.__file__).parent
SECTION = re.compile(r"(salesforce|hubspot|reliability|issue 4|reconciliation)")


def asked_for() -> Iterator[tuple[str, str, bool]]:
    """Every `switched("name", otherwise=...)` of the emulator: the CRM whose file it is in, the name, the default."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "switched":
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{path.name}: a switch is named by a plain word"
                usual = next((one.value for one in node.keywords if one.arg == "otherwise"), ast.Constant(value=False))
                assert isinstance(usual, ast.Constant)
                yield HUBSPOT if HUBSPOT in path.parts else SALESFORCE, str(first.value), bool(usual.value)


def test_every_switch_that_is_asked_for_is_told_with_its_usual_side() -> None:
    assert {(one.crm, one.name, one.usual == "on") for one in SWITCHES} == set(asked_for())


def test_every_row_says_where_it_is_from() -> None:
    assert all(SECTION.match(one.source) for one in (*TOLD, *SWITCHES))
    assert all(re.fullmatch(r"[\d., ]+", one.source) for one in TROUBLES.values())


def test_no_kind_is_planted_in_vain() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py") if path.name != "switchboard.py")
    assert [kind for kind in KINDS if f'"{kind}"' not in text] == []


def test_a_switch_that_nobody_knows_is_refused() -> None:
    faults = Faults()
    faults.add({"kind": "switch", "name": SWITCHES[0].name})
    with pytest.raises(BadFault, match="no switch 'gravity'"):
        faults.add({"kind": "switch", "name": "gravity"})
