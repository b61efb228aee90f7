"""The demo's stage: types commands as a person would, and speaks to the emulated CRMs' control doors."""

import contextlib
import io
import json
import os
import shlex
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crmsync.cli.errors import guarded

Row = Mapping[str, object]
WIDTH = 112
NAMES = {"salesforce": "Salesforce", "hubspot": "HubSpot"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A workspace folder, the two CRMs' addresses by system, and the program whose commands are typed.

    `codes` are the exit codes of what was typed, in order.
    """

    folder: Path
    urls: Mapping[str, str]
    program: Callable[..., object]
    codes: list[int] = field(default_factory=list)

    def type(self, *arguments: str, lines: int = 24, shown: bool = True) -> str:
        """Type one command, show the beginning of what it prints, and return all of it."""
        spoken = io.StringIO()
        typed = arguments if arguments[0] == "init" else ("-w", str(self.folder), *arguments)
        with contextlib.redirect_stdout(spoken):
            code = guarded(lambda: _code(self.program(args=list(typed), standalone_mode=False)), lambda: self.folder)
        self.codes.append(code)
        if shown:
            say(f"$ crmsync {shlex.join(arguments)}")
            _show(spoken.getvalue(), lines)
        return spoken.getvalue()

    def connect(self) -> None:
        """Point the workspace at the two CRMs and open the brake `writes`."""
        for system, url in self.urls.items():
            path = self.folder / "connectors" / f"{system}.yaml"
            text = path.read_text("utf-8").replace("writes: off", "writes: on")
            lines = (f"base_url: {url}" if one.startswith("base_url:") else one for one in text.splitlines())
            path.write_text("\n".join(lines) + "\n", "utf-8")

    def act_alone(self) -> None:
        """Set every kind of change to `act`."""
        path = self.folder / "crmsync.yaml"
        path.write_text(path.read_text("utf-8").replace(": ask\n", ": act\n"), "utf-8")

    def play(self, step: Row) -> None:
        """What people and machines do before the next cycle: the clock moves, rows arrive, scripts run."""
        self.post("salesforce", "clock", {"set": step["to"]})
        for system in self.urls:
            for door, body in (
                ("load", _of(step["load"], system)),
                ("actors", step[system]),
                ("faults", _of(step["faults"], system)),
            ):
                if body:
                    self.post(system, door, body)

    def audit(self) -> list[Row]:
        """Every record the API clients wrote, both CRMs, in order of time."""
        rows = [row for system in self.urls for row in self._rows(system)]
        return sorted(rows, key=lambda row: str(row["at"]))

    def calls(self) -> dict[str, int]:
        """How many API calls each CRM counted."""
        return {NAMES[system]: int(self._get(system, "calls")["total"]) for system in self.urls}

    def post(self, system: str, door: str, body: object) -> None:
        """Send something through a control door of one CRM."""
        where = f"{self.urls[system]}/__emulator__/{door}"
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(where, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - loopback
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            answer.read()

    def _rows(self, system: str) -> list[Row]:
        found: list[Row] = self._get(system, "audit")
        return found

    def _get(self, system: str, door: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - whatever JSON the door gives
        with urllib.request.urlopen(f"{self.urls[system]}/__emulator__/{door}") as answer:  # noqa: S310 - loopback
            return json.loads(answer.read())


@contextlib.contextmanager
def secrets(token: str) -> Iterator[None]:
    """Provide the demo's secrets the way a service manager would, and take them away again."""
    given = {"SALESFORCE_CLIENT_ID": "demo", "SALESFORCE_CLIENT_SECRET": token, "HUBSPOT_TOKEN": token}
    before = dict(os.environ)
    os.environ.update({f"CRMSYNC_SECRET_{name}": value for name, value in given.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def act(title: str, sentence: str) -> None:
    """Open an act."""
    say(f"\n{title}\n{'-' * len(title)}\n{sentence}\n")


def say(text: str) -> None:
    """Tell the audience."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def changes_of(row: Row) -> Mapping[str, Sequence[object]]:
    """The changes of one audit row: field -> [before, after]."""
    changes = row["changes"]
    return changes if isinstance(changes, Mapping) else {}


def _code(result: object) -> int:
    return result if isinstance(result, int) else 0


def _of(part: object, system: str) -> object:
    return part.get(system) if isinstance(part, Mapping) else None


def _wrapped(line: str) -> list[str]:
    """A long line goes on deeper, under itself."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(line.rstrip(), WIDTH, subsequent_indent=indent, break_long_words=False) or [""]


def _show(text: str, lines: int) -> None:
    shown = [part for one in text.rstrip("\n").splitlines() for part in _wrapped(one)]
    for line in shown[:lines]:
        say(f"  {line}".rstrip())
    if len(shown) > lines:
        say(f"  ... and {len(shown) - lines} more lines")
    say("")
