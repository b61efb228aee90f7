"""Every number on the log's first screen can be opened: the command beside it lists exactly as many rows."""

import json
import shlex

import pytest

from tests.cli.conftest import typed

OF = {"--only needs-you": "set_aside", "--only listed": "set_aside", "--only undone": "undone"}


def heads(said):
    """(number, command) of every line that names a command."""
    for line in said.lines[:25]:
        text, found, command = line.partition("   crmsync log ")
        if found:
            words = text.split("within seven days")[-1].replace(",", "").split()
            yield next(int(word) for word in words if word.isdigit()), command


@pytest.mark.parametrize("options", [(), ("--since", "yesterday"), ("--kind", "status")])
def test_each_command_lists_as_many_rows_as_its_line_says(lived, options):
    said = typed("log", *options, "-w", lived.folder)
    lines = list(heads(said))
    assert len(lines) >= 4
    for count, command in lines:
        opened = typed("log", *shlex.split(command), "--json", "-w", lived.folder)
        rows = [json.loads(line) for line in opened.lines]
        if "--only done" in command:
            rows = [one for one in rows if one["state"] == "applied"]
        kind = next((OF[part] for part in OF if part in command), "row")
        assert len([one for one in rows if one["type"] == kind]) == count, command


def test_what_was_written_names_its_cycle_and_the_next_step_can_undo_it(lived):
    said = typed("log", "-w", lived.folder)
    assert any(line.strip().startswith("crmsync revert ") for line in said.lines)


def test_a_part_nobody_knows_is_a_matter_of_usage(lived):
    assert typed("log", "--only", "gossip", "-w", lived.folder).code == 2
