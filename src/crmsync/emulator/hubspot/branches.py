"""The filter of a list: property filters under OR and AND branches, and being in another list (vendor's lists spec).

Every other filter of that specification is refused in words; none is answered wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crmsync.emulator.hubspot.books import Books
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.reading import Object, a_list, a_word, an_object
from crmsync.emulator.hubspot.refusals import Refusal, beyond
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.values import instant, number, text_of
from crmsync.emulator.wire import Json

Fits = Callable[[Record], bool]
Compare = Callable[[str, list[str]], bool]
_DEEPEST = 10


def understand_branch(books: Books, kind: Kind, branch: Json, depth: int = 0) -> Fits:
    """The test of a filter branch; 400 for one that makes no sense, 404 in words for one left out here."""
    told = an_object(branch)
    type_ = a_word(told.get("filterBranchType") or "", "filterBranchType")
    if type_ not in {"OR", "AND"}:
        raise (
            beyond(f"A filter branch of type {type_ or 'nothing'}")
            if type_
            else Refusal(400, "filterBranchType is missing")
        )
    if depth > _DEEPEST:
        raise Refusal(400, "Filter branches are nested too deep")
    parts = a_list(told.get("filterBranches") or [], "filterBranches")
    tests = [understand_branch(books, kind, one, depth + 1) for one in parts]
    tests += [_filter(books, kind, an_object(one)) for one in a_list(told.get("filters") or [], "filters")]
    if type_ == "OR":
        return lambda record: any(test(record) for test in tests)
    return lambda record: bool(tests) and all(test(record) for test in tests)


def _filter(books: Books, kind: Kind, told: Object) -> Fits:
    type_ = a_word(told.get("filterType"), "filterType")
    if type_ == "IN_LIST":
        return _in_list(books, told)
    if type_ != "PROPERTY":
        raise beyond(f"A list filter of type {type_}")
    name, operation = a_word(told.get("property"), "property"), an_object(told.get("operation"))
    if name not in books.schema(kind):
        raise Refusal(400, f"Property {name} of a list filter does not exist")
    operator = a_word(operation.get("operator"), "operator")
    compare = _OPERATORS.get(operator)
    if compare is None:
        raise beyond(f"The list operator {operator}")
    wanted = _values(operation)
    empty = operation.get("includeObjectsWithNoValueSet") is True

    def fits(record: Record) -> bool:
        value = record.get(name) or ""
        return compare(value, wanted) or (empty and not value)

    return fits


def _in_list(books: Books, told: Object) -> Fits:
    id_, inside = a_word(told.get("listId"), "listId"), told.get("operator") != "NOT_IN_LIST"
    segment = books.state.lists.get(id_)
    if segment is None or segment.processing == "DYNAMIC":
        raise (
            Refusal(400, f"List {id_} of a list filter does not exist")
            if segment is None
            else beyond("A dynamic list in a filter")
        )
    return lambda record: (record.id in segment.members) is inside


def _values(operation: Object) -> list[str]:
    given = operation.get("values")
    several = a_list(given, "values") if given is not None else [operation.get("value")]
    return [text_of(one) for one in several]


def _sized(good: Callable[[float, float], bool]) -> Compare:
    def compare(value: str, wanted: list[str]) -> bool:
        pair = [_measured(value), _measured(wanted[0])]
        return pair[0] is not None and pair[1] is not None and good(pair[0], pair[1])

    return compare


def _measured(text: str) -> float | None:
    if not text:
        return None
    found = number(text)
    return found if found is not None else instant(text)


def _any_of(value: str, wanted: list[str]) -> bool:
    return value != "" and bool({one.lower() for one in value.split(";")} & {one.lower() for one in wanted})


_OPERATORS: Mapping[str, Compare] = {
    "IS_EQUAL_TO": _any_of,
    "IS_ANY_OF": _any_of,
    "IS_EXACTLY": _any_of,
    "IS_NOT_EQUAL_TO": lambda value, wanted: value != "" and not _any_of(value, wanted),
    "IS_NONE_OF": lambda value, wanted: value != "" and not _any_of(value, wanted),
    "CONTAINS": lambda value, wanted: any(one.lower() in value.lower() for one in wanted if one),
    "DOES_NOT_CONTAIN": lambda value, wanted: (
        value != "" and not any(one.lower() in value.lower() for one in wanted if one)
    ),
    "STARTS_WITH": lambda value, wanted: any(value.lower().startswith(one.lower()) for one in wanted if one),
    "ENDS_WITH": lambda value, wanted: any(value.lower().endswith(one.lower()) for one in wanted if one),
    "IS_KNOWN": lambda value, _: value != "",
    "IS_NOT_EMPTY": lambda value, _: value != "",
    "IS_UNKNOWN": lambda value, _: value == "",
    "IS_EMPTY": lambda value, _: value == "",
    "IS_GREATER_THAN": _sized(lambda value, bound: value > bound),
    "IS_GREATER_THAN_OR_EQUAL_TO": _sized(lambda value, bound: value >= bound),
    "IS_LESS_THAN": _sized(lambda value, bound: value < bound),
    "IS_LESS_THAN_OR_EQUAL_TO": _sized(lambda value, bound: value <= bound),
}
