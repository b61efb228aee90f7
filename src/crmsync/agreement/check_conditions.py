"""Conditions: they name facts that exist, compare them sensibly, and do not ask where a lead came from."""

from collections.abc import Iterator, Mapping

import re2

from crmsync.agreement.conditions import ConditionShape
from crmsync.agreement.draft import Draft
from crmsync.agreement.vocabulary import ACCEPTS, DERIVED, LISTED, SOURCE_FIELDS, FieldType
from crmsync.model.errors import Problem
from crmsync.settings.document import Document, Path
from crmsync.settings.suggest import did_you_mean
from crmsync.settings.units import shown

Spot = tuple[Path, ConditionShape]
_PAIR = 2


def check_conditions(draft: Draft) -> Iterator[Problem]:
    """Every condition of the agreement against the facts that may be looked at there."""
    with_derived = {**draft.fields, **DERIVED}
    for document, spot, fields in _everywhere(draft, with_derived):
        for path, leaf in leaves(spot):
            yield from _leaf(document, path, leaf, fields)
    yield from _one_attribute_each(draft)
    yield from _source_blind(draft)


def leaves(spot: Spot) -> Iterator[Spot]:
    """Every single comparison of a condition with its path."""
    path, shape = spot
    for key, parts in (("all", shape.all_), ("any", shape.any_)):
        for index, part in enumerate(parts or ()):
            yield from leaves(((*path, key, index), part))
    if shape.not_ is not None:
        yield from leaves(((*path, "not"), shape.not_))
    if shape.field is not None:
        yield path, shape


def _everywhere(
    draft: Draft, derived: Mapping[str, FieldType]
) -> Iterator[tuple[Document, Spot, Mapping[str, FieldType]]]:
    statuses, imports, routing = draft.statuses, draft.imports, draft.routing
    if statuses.value and statuses.value.not_in_funnel:
        yield statuses.document, (("not_in_funnel",), statuses.value.not_in_funnel), draft.fields
    if imports.value:
        told = {**draft.fields, **LISTED}
        yield imports.document, (("recognise_as_bought",), imports.value.recognise_as_bought), told
    for spot in _readiness(draft):
        yield draft.qualification.document, spot, derived
    for spot in _fit(draft):
        yield draft.scoring.document, spot, draft.fields
    if routing.value:
        for index, rule in enumerate(routing.value.order):
            if rule.when:
                yield routing.document, (("order", index, "when"), rule.when), derived


def _readiness(draft: Draft) -> Iterator[Spot]:
    ready = draft.qualification.value.sales_ready if draft.qualification.value else None
    for key, parts in (("all", ready.all_), ("any", ready.any_)) if ready else ():
        for index, part in enumerate(parts or ()):
            yield ("sales_ready", key, index), part


def _fit(draft: Draft) -> Iterator[Spot]:
    if draft.scoring.value:
        for name, term in draft.scoring.value.fit.items():
            yield ("fit", name, "when"), term.when


def _one_attribute_each(draft: Draft) -> Iterator[Problem]:
    """Fit is graded over what is known: each line must be known or unknown by one attribute."""
    for path, shape in _fit(draft):
        named = list(dict.fromkeys(str(leaf.field) for _, leaf in leaves((path, shape))))
        if len(named) > 1:
            message = f"points for {' and '.join(named)} together: which of them must be known?"
            yield draft.scoring.document.at_key(path, message, "Give each attribute a line of its own.")


def _source_blind(draft: Draft) -> Iterator[Problem]:
    """One definition for every source: neither qualification nor fit may look at where a lead came from (E13)."""
    qualification = draft.qualification.value
    if qualification and qualification.may_read_lead_source:
        return
    spots = [(draft.qualification.document, spot) for spot in _readiness(draft)]
    spots += [(draft.scoring.document, spot) for spot in _fit(draft)]
    for document, spot in spots:
        for path, leaf in leaves(spot):
            if leaf.field in SOURCE_FIELDS:
                message = f'"{leaf.field}" says where a lead came from, and that plays no part here.'
                help_ = "Remove it, or agree on it under may_read_lead_source in qualification.yaml."
                yield document.at_value((*path, "field"), message, help_)


def _leaf(document: Document, path: Path, leaf: ConditionShape, fields: Mapping[str, FieldType]) -> Iterator[Problem]:
    name, operator = str(leaf.field), leaf.operators[0]
    if name not in fields:
        yield document.at_value((*path, "field"), f'"{name}" is no fact known here.', did_you_mean(name, fields))
        return
    kind = fields[name]
    if operator not in ACCEPTS[kind]:
        message = f"{name} is a {kind}: it has no {operator}."
        yield document.at_key((*path, operator), message, f"Accepted here: {', '.join(ACCEPTS[kind])}.")
        return
    wrong = _WRONG[operator](leaf.value, kind)
    if wrong:
        yield document.at_value((*path, operator), wrong[0], wrong[1])


Wrong = tuple[str, str] | None


def _one(value: object, kind: FieldType) -> Wrong:
    if kind is FieldType.FLAG:
        return (
            None
            if value in ("yes", "no", True, False)
            else (f"{shown(value)} is neither yes nor no.", "Write yes or no.")
        )
    if kind is FieldType.NUMBER:
        return _number(value, kind)
    return (
        None if isinstance(value, str) and value.strip() else (f"{shown(value)} should be text.", "Put it in quotes.")
    )


def _number(value: object, _: FieldType) -> Wrong:
    right = isinstance(value, int | float) and not isinstance(value, bool)
    return None if right else (f"{shown(value)} should be a number.", "Write it without quotes and without a unit.")


def _many(value: object, kind: FieldType) -> Wrong:
    if not isinstance(value, list) or not value:
        return f"{shown(value)} should be a list.", "Write it as [one, another]."
    return next((wrong for wrong in (_one(part, kind) for part in value) if wrong), None)


def _between(value: object, kind: FieldType) -> Wrong:
    if not isinstance(value, list) or len(value) != _PAIR:
        return f"{shown(value)} should be two numbers.", "Write it as [10, 50]."
    wrong = _number(value[0], kind) or _number(value[1], kind)
    if wrong:
        return wrong
    return None if value[0] <= value[1] else (f"from {value[0]} to {value[1]} is nothing.", "Swap the two.")


def _pattern(value: object, kind: FieldType) -> Wrong:
    wrong = _one(value, kind)
    if wrong:
        return wrong
    quiet = re2.Options()
    quiet.log_errors = False
    try:
        re2.compile(str(value), quiet)
    except re2.error as error:
        words = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        return (
            f"{shown(value)} is no pattern: {words}.",
            "Patterns follow google-re2: no look-around, no back-references.",
        )
    return None


def _within(value: object, _: FieldType) -> Wrong:
    right = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return None if right else (f"{shown(value)} should be a number of days.", "Write it as 14.")


def _missing(value: object, _: FieldType) -> Wrong:
    return _one(value, FieldType.FLAG)


_WRONG = {
    "is": _one,
    "in": _many,
    "contains_any": _many,
    "starts_with": _one,
    "matches": _pattern,
    "at_least": _number,
    "at_most": _number,
    "between": _between,
    "within": _within,
    "missing": _missing,
}
