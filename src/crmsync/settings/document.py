"""YAML text as plain data that remembers where every key and value stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crmsync.model.errors import Problem

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One settings file: its plain data, and the place (line, column; from 1) of every key and value by path.

    Keys are always text. Days stay text. `problems` are those of the YAML itself.
    """

    label: str
    data: Plain
    keys: Mapping[Path, Place] = field(default_factory=dict)
    values: Mapping[Path, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def at_value(self, path: Path, message: str, suggestion: str = "") -> Problem:
        """A problem at a value, or at the nearest place around it that stands in the file."""
        while path and path not in self.values:
            path = path[:-1]
        return Problem(self.label, *self.values.get(path, (1, 1)), message, suggestion)

    def at_key(self, path: Path, message: str, suggestion: str = "") -> Problem:
        """A problem at a key; a list item has no key, there its value is meant."""
        place = self.keys.get(path)
        return Problem(self.label, *place, message, suggestion) if place else self.at_value(path, message, suggestion)


def read_document(label: str, text: str) -> Document:
    """Parse one YAML 1.2 document; broken YAML gives an empty document with its problem."""
    loader = YAML(typ="safe", pure=True)
    try:
        root = loader.compose(text)
    except YAMLError as error:
        return Document(label, None, problems=(_broken(label, error),))
    except RecursionError:
        problem = Problem(label, 1, 1, "brackets are nested too deep to be read.", "Write it flatter.")
        return Document(label, None, problems=(problem,))
    if root is None:
        return Document(label, {}, values={(): (1, 1)})
    walk = _Walk(label)
    data = walk.plain(root, ())
    return Document(label, data, walk.keys, walk.values, tuple(walk.problems))


class _Walk:
    """Turns the node tree into plain data, noting places and what we do not accept."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.problems: list[Problem] = []

    def plain(self, node: Node, path: Path) -> Plain:
        self.values[path] = _place(node)
        if node.anchor:
            self._refuse(node, f'"&{node.anchor}" names a part to be repeated elsewhere.', "Write the part out.")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node) if isinstance(node, ScalarNode) else None

    def _mapping(self, node: MappingNode, path: Path) -> Plain:
        found: dict[str, Plain] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                self._refuse(key, "a key must be plain text.", "Write the part out.")
            elif key.value in found:
                first = self.keys[(*path, key.value)][0]
                self._refuse(key, f'"{key.value}" stands twice (first in line {first}).', "Keep one of the two.")
            else:
                self.keys[(*path, key.value)] = _place(key)
                found[key.value] = self.plain(value, (*path, key.value))
        return found

    def _scalar(self, node: ScalarNode) -> Plain:
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if kind not in _READ_AS:
            self._refuse(node, f'"{node.tag}" is a tag: only plain values are read.', "Remove it.")
            return None
        try:
            return _READ_AS[kind](node.value)
        except ValueError:
            self._refuse(node, f"{node.value[:20]}... is no number we can hold.", "Put it in quotes.")
            return None

    def _refuse(self, node: Node, message: str, suggestion: str) -> None:
        self.problems.append(Problem(self.label, *_place(node), message, suggestion))


def _text(written: str) -> Plain:
    return written


def _nothing(_: str) -> Plain:
    return None


def _truth(written: str) -> Plain:
    return written.casefold() == "true"


def _whole(written: str) -> Plain:
    return int(written, 0) if written.lstrip("+-")[:2] in ("0x", "0o") else int(written)


def _number(written: str) -> Plain:
    return float(written.casefold().replace(".inf", "inf").replace(".nan", "nan"))


_READ_AS = {"str": _text, "timestamp": _text, "null": _nothing, "bool": _truth, "int": _whole, "float": _number}


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _broken(label: str, error: YAMLError) -> Problem:
    if not isinstance(error, MarkedYAMLError):
        return Problem(label, 1, 1, f"this is not YAML text: {error}.")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    words = str(error.problem or error.context)
    if "'\\t'" in words:
        return Problem(label, line, column, "a tab stands here.", "Indent with spaces.")
    return Problem(label, line, column, f"this is not YAML: {words}.", "Check brackets, quotes and indentation above.")
