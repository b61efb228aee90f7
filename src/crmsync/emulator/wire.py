"""A request and an answer as plain values, and the table of routes between them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None


class BadJson(ValueError):
    """The body is not JSON; the words tell where."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: header names in lower case, path and query decoded, a repeated name's last value in `query`.

    `target` is path and query as they were sent.
    """

    method: str
    path: str
    route: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    queries: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = ""
    target: str = ""

    def json(self) -> Json:
        """The body as JSON; raises BadJson for anything else (also for bytes that are no UTF-8)."""
        try:
            value: Json = json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError) as problem:
            raise BadJson(str(problem)) from None
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `body` is JSON, or bytes sent as they are, or None for no body."""

    status: int = 200
    body: Json | bytes = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler: TypeAlias = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """`GET /crm/v3/objects/{type}` and who answers it; `counted` False keeps it out of the call counts."""

    method: str
    template: str
    handler: Handler
    counted: bool = True

    @property
    def name(self) -> str:
        """How the route is called in the counts and in faults."""
        return f"{self.method} {self.template}"


class Router:
    """Finds the route of a request: a trailing slash never matters, `{name}` fits one path segment, HEAD is a GET."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Compile the templates once; earlier routes win."""
        self._routes = [(_pattern(route.template), route) for route in routes]

    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
        """The route, its path parameters, and whether the path exists for any method at all."""
        known = False
        wanted = "/" + path.strip("/")  # `//services/data` is what the Salesforce command line asks for
        for pattern, route in self._routes:
            found = pattern.fullmatch(wanted)
            if found is None:
                continue
            if route.method == method or (method == "HEAD" and route.method == "GET"):
                return route, {name: unquote(part) for name, part in found.groupdict().items()}, True
            known = True
        return None, {}, known


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", template.rstrip("/") or "/")
    return re.compile("".join(_piece(part) for part in parts))


def _piece(part: str) -> str:
    if part == "{v}":
        return r"(?P<v>v\d+\.\d+)"
    return f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") and part.endswith("}") else re.escape(part)
