"""The workspace that ships with crmsync: what `crmsync init` copies, and what the repository's own top level is."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from crmsync.model.errors import UnknownThing

PARTS = ("crmsync.yaml", "connectors", "mappings", "state/README.md", "systemd")
SETTINGS = (".yaml", ".service", ".timer", ".md")


def template_files() -> Mapping[str, str]:
    """The template as text by its path in the workspace, in order of paths.

    An installed wheel carries it in the package; in a checkout it is the top level of the repository.
    Raises UnknownThing where neither is there.
    """
    root = _root()
    found = {path: text for part in PARTS for path, text in _texts(root.joinpath(*part.split("/")), part)}
    return dict(sorted(found.items()))


def _root() -> Traversable:
    package = files("crmsync")
    checkout = Path(str(package)).parent.parent
    for place in (package / "_template", checkout):
        if (place / "crmsync.yaml").is_file():
            return place
    raise UnknownThing("This installation of crmsync lacks its workspace template; install it again.")


def _texts(place: Traversable, path: str) -> Iterator[tuple[str, str]]:
    if place.is_dir():
        for entry in place.iterdir():
            yield from _texts(entry, f"{path}/{entry.name}")
    elif path.endswith(SETTINGS):
        yield path, place.read_text(encoding="utf-8")
