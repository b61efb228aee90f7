"""The strict reader: one file and a schema, a value or all its problems at once."""

from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from typing import Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from crmsync.model.errors import Problem, SettingsProblem
from crmsync.settings.document import Document, Path, Plain, read_document
from crmsync.settings.sentences import problems_of, standing

T = TypeVar("T")
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One file as far as it could be read.

    With problems, `value` is what remains without the wrong parts (None where nothing does), so that the rest can
    still be checked; `whole` tells that nothing but unknown keys was left out.
    """

    document: Document
    value: T | None
    problems: tuple[Problem, ...]
    whole: bool


def read(label: str, text: str, schema: type[T]) -> T:
    """Read one file strictly. Raises SettingsProblem with every problem of the file; `label` names it in them."""
    reading = examine(label, text, schema)
    if reading.problems or reading.value is None:
        raise SettingsProblem(reading.problems)
    return reading.value


def examine(label: str, text: str, schema: type[T]) -> Reading[T]:
    """Read one file as far as possible and keep all its problems, in the order of the file."""
    document = read_document(label, text)
    if document.data is None and document.problems:
        return Reading(document, None, document.problems, whole=False)
    adapter = _adapter(schema)
    try:
        value = adapter.validate_python(document.data)
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
        found = in_order((*document.problems, *problems_of(document, errors, _json_schema(cast("Hashable", schema)))))
        remains: tuple[T | None, Mapping[Path, Path]] = _remains(schema, document, errors)
        return Reading(_moved(document, remains[1]), remains[0], found, whole=_only_unknown(errors))
    return Reading(document, value, document.problems, whole=not document.problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file and place, each once."""
    return tuple(sorted(set(problems), key=lambda one: (one.file, one.line, one.column, one.message)))


def _adapter(schema: type[T]) -> TypeAdapter[T]:
    return cast("TypeAdapter[T]", _made(cast("Hashable", schema)))


@cache
def _made(schema: Hashable) -> TypeAdapter[object]:
    return TypeAdapter(cast("type[object]", schema))


@cache
def _json_schema(schema: Hashable) -> Mapping[str, object]:
    return _made(schema).json_schema(by_alias=True)


def _only_unknown(errors: list[ErrorDetails]) -> bool:
    return all(error["type"] in ("extra_forbidden", "unexpected_keyword_argument") for error in errors)


def _remains(schema: type[T], document: Document, errors: list[ErrorDetails]) -> tuple[T | None, Mapping[Path, Path]]:
    """What is left once the wrong parts are taken out round by round, and where its parts stood before."""
    gone: set[Path] = set()
    data, origin = document.data, {path: path for path in document.values}
    for _ in range(_ROUNDS):
        gone |= {origin[standing(data, error["loc"])] for error in errors}
        if () in gone:
            break
        origin = {(): ()}
        data = _pruned(document.data, gone, ((), ()), origin)
        try:
            return _adapter(schema).validate_python(data), origin
        except ValidationError as refused:
            errors = refused.errors(include_url=False)
    return None, {}


def _pruned(data: Plain, gone: AbstractSet[Path], paths: tuple[Path, Path], origin: dict[Path, Path]) -> Plain:
    """The data without the parts that are gone; `paths` are where we stand in the old and in the new data."""
    old, new = paths
    origin[new] = old
    if isinstance(data, dict):
        kept = [key for key in data if (*old, key) not in gone]
        return {key: _pruned(data[key], gone, ((*old, key), (*new, key)), origin) for key in kept}
    if isinstance(data, list):
        items = [index for index in range(len(data)) if (*old, index) not in gone]
        return [_pruned(data[was], gone, ((*old, was), (*new, now)), origin) for now, was in enumerate(items)]
    return data


def _moved(document: Document, origin: Mapping[Path, Path]) -> Document:
    """The same document with its places under the paths of what remains."""
    keys = {now: document.keys[was] for now, was in origin.items() if was in document.keys}
    return replace(document, keys=keys, values={now: document.values[was] for now, was in origin.items()})
