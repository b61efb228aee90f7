"""Validation rules of a portal's admin: what a value must be like, what is required when (facts section 0.6).

Rules of a property can be read (`/crm/property-validations`); required-if rules cannot. Both bind API writes on the
2026-09 paths only (doc: crm-api-write-validation-enforcement). The codes but INVALID_ALPHA are not verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.emulator.hubspot.refusals import BadValue
from crmsync.emulator.hubspot.values import number
from crmsync.emulator.wire import Json


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one property, as the vendor's specification types them (`RULE_TYPES`)."""

    property: str
    type: str
    arguments: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """The rule as the property-validations API shows it."""
        return {"ruleType": self.type, "ruleArguments": list(self.arguments), "shouldApplyNormalization": False}


@dataclass(frozen=True, slots=True)
class Required:
    """This property must have a value: when another has one of these values, or (no `when`) whenever one is created."""

    property: str
    when: str = ""
    among: tuple[str, ...] = ()


def broken(
    rules: Sequence[Rule | Required], before: Mapping[str, str], values: Mapping[str, str], *, created: bool
) -> list[BadValue]:
    """What the rules say against a write of `values` onto a record that held `before`."""
    found: list[BadValue] = []
    after = {**before, **values}
    for rule in rules:
        if isinstance(rule, Required):
            asked = created if not rule.when else rule.when in values and after.get(rule.when) in rule.among
            if asked and not after.get(rule.property):
                words = f'Property "{rule.property}" is required' + (
                    f" when {rule.when} is set so" if rule.when else ""
                )
                found.append(BadValue(rule.property, "REQUIRED_PROPERTY_MISSING", words))
        elif values.get(rule.property) and (code := _CHECKS[rule.type](values[rule.property], rule.arguments)):
            words = f"{rule.property} does not follow the rule {rule.type} {', '.join(rule.arguments)}".strip()
            found.append(BadValue(rule.property, code, words))
    return found


def _letters(value: str, arguments: Sequence[str]) -> str:
    wanted = (arguments or ["ALPHANUMERIC"])[0].upper()
    pattern = {"ALPHA": r"[^\W\d_]+", "NUMERIC": r"\d+"}.get(wanted, r"[^\W_]+")
    return "" if re.fullmatch(pattern, value.replace(" ", "")) else f"INVALID_{wanted}"


def _length(code: str, *, least: bool) -> Callable[[str, Sequence[str]], str]:
    def check(value: str, arguments: Sequence[str]) -> str:
        bound = int(number(arguments[0]) or 0) if arguments else 0
        return "" if (len(value) >= bound if least else len(value) <= bound) else code

    return check


def _size(code: str, *, least: bool) -> Callable[[str, Sequence[str]], str]:
    def check(value: str, arguments: Sequence[str]) -> str:
        bound, size = number(arguments[0]) if arguments else None, number(value)
        good = bound is None or (size is not None and (size >= bound if least else size <= bound))
        return "" if good else code

    return check


def _domains(*, allowed: bool) -> Callable[[str, Sequence[str]], str]:
    def check(value: str, arguments: Sequence[str]) -> str:
        domain = value.rpartition("@")[2].lower()
        return "" if (domain in [one.lower() for one in arguments]) is allowed else "INVALID_EMAIL_DOMAIN"

    return check


def _regex(value: str, arguments: Sequence[str]) -> str:
    return "" if all(re.fullmatch(one, value) for one in arguments) else "INVALID_REGEX"


def _phone(value: str, _arguments: Sequence[str]) -> str:
    return "" if re.fullmatch(r"\+[0-9 ()./-]{6,20}", value) else "INVALID_PHONE_NUMBER"


def _special(value: str, _arguments: Sequence[str]) -> str:
    return "" if re.fullmatch(r"[\w\s]*", value) else "INVALID_SPECIAL_CHARACTERS"


def _white(value: str, _arguments: Sequence[str]) -> str:
    return "" if not re.search(r"\s", value) else "INVALID_WHITESPACE"


_CHECKS: dict[str, Callable[[str, Sequence[str]], str]] = {
    "ALPHANUMERIC": _letters,
    "MIN_LENGTH": _length("MIN_LENGTH_NOT_MET", least=True),
    "MAX_LENGTH": _length("MAX_LENGTH_EXCEEDED", least=False),
    "MIN_NUMBER": _size("MIN_NUMBER_NOT_MET", least=True),
    "MAX_NUMBER": _size("MAX_NUMBER_EXCEEDED", least=False),
    "EMAIL_ALLOWED_DOMAINS": _domains(allowed=True),
    "EMAIL_BLOCKED_DOMAINS": _domains(allowed=False),
    "REGEX": _regex,
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE": _phone,
    "SPECIAL_CHARACTERS": _special,
    "WHITESPACE": _white,
}
RULE_TYPES = tuple(_CHECKS)
