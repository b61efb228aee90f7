"""Signing: the number of a content, whose signatures stand, and the new text of signoffs.yaml."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum

from crmsync.agreement.meaning import SignoffsFile
from crmsync.agreement.model import Agreement, Signoff
from crmsync.model.errors import Problem, SettingsProblem
from crmsync.settings.read import examine, read
from crmsync.settings.suggest import did_you_mean

ROLES = ("sales", "marketing")
_FILE = "signoffs.yaml"
_AS_ROWS = "Write every sign-off under a dash of its own."
_HEAD = re.compile(r"^signoffs:", re.MULTILINE)
_EMPTY_LIST = re.compile(r"^signoffs:[ \t]*(?:\[[ \t]*\]|null|~)([ \t]*(?:#.*)?\r?)$", re.MULTILINE)
_ITEM = re.compile(r"^([ \t]*)- ", re.MULTILINE)
_NO_MEANING = {"Agreement": {"content", "version", "signoffs"}, "Outcome": {"file", "line"}}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether exactly this content is signed, and by whom; `missing` says in words who has not signed yet."""

    signed: bool
    valid: tuple[Signoff, ...]
    missing: tuple[str, ...]


def content_hash(agreement: Agreement) -> str:
    """SHA-256 (64 hex digits) over what the agreement means: no comments, key order, places or sign-offs.

    A field that holds its default is left out, so that a later crmsync with one more setting unsigns nothing.
    """
    canonical = json.dumps(_canonical(agreement), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def standing(agreement: Agreement) -> Standing:
    """Who of those who must sign has signed exactly this content."""
    valid = tuple(one for one in agreement.signoffs if one.content == agreement.content)
    jobs = {same(one.job) for one in valid}
    roles = {one.role for one in valid}
    missing = [job for job in agreement.must_sign if same(job) not in jobs]
    missing = missing or [f"somebody with role {role}" for role in ROLES if role not in roles]
    return Standing(agreement.signed, valid, tuple(missing))


def version_of(signoffs: tuple[Signoff, ...], content: str) -> int:
    """The number of this content among all that both sides signed, first to last; 0 where they did not."""
    contents = list(dict.fromkeys(one.content for one in signoffs))
    signed = [one for one in contents if _both_sides(signoffs, one)]
    return signed.index(content) + 1 if content in signed else 0


def sign(text: str, agreement: Agreement, signature: Signoff) -> str:
    """The new text of signoffs.yaml with one signature appended; nothing above it is touched.

    `text` is the file as it stands, `signature.content` is set to the agreement's. Raises SettingsProblem where the
    same person signed this content before, the role is unknown, or the job is not one of those who must sign.
    """
    problems = _objections(agreement, signature)
    if problems:
        raise SettingsProblem(tuple(Problem(_FILE, 0, 0, *words) for words in problems))
    return _appended(text, dataclasses.replace(signature, content=agreement.content))


def same(words: str) -> str:
    """Words as they are compared: capitals and spaces aside."""
    return " ".join(words.casefold().split())


def _objections(agreement: Agreement, signature: Signoff) -> list[tuple[str, str]]:
    found = []
    if signature.role not in ROLES:
        found.append((f'"{signature.role}" is no side of this agreement.', did_you_mean(signature.role, ROLES)))
    if same(signature.job) not in {same(job) for job in agreement.must_sign}:
        help_ = did_you_mean(signature.job, agreement.must_sign)
        found.append((f'"{signature.job}" does not sign this agreement.', help_))
    if not same(signature.name):
        found.append(("a signature needs a name.", "Give the name of the person who signs."))
    if not (signature.name + signature.job + signature.evidence).isprintable():
        found.append(("a signature holds characters that cannot be printed.", "Write it on one line, as plain text."))
    earlier = [one for one in agreement.signoffs if one.content == agreement.content]
    if same(signature.name) in {same(one.name) for one in earlier}:
        found.append((f'"{signature.name}" signed this content already.', "Another person signs for the other job."))
    return found


def _both_sides(signoffs: tuple[Signoff, ...], content: str) -> bool:
    return set(ROLES) <= {one.role for one in signoffs if one.content == content}


def _appended(text: str, signature: Signoff) -> str:
    """The text with one row more; raises SettingsProblem where the file is written in a way that takes no row."""
    before = read(_FILE, text, SignoffsFile).signoffs
    newline = "\r\n" if "\r\n" in text else "\n"
    opened = _EMPTY_LIST.sub(r"signoffs:\1", text, count=1)
    if not _HEAD.search(opened):
        opened = opened.rstrip() + newline * bool(opened.strip()) + "signoffs:"
    indent = next(iter(_ITEM.findall(opened)[-1:]), "  ")
    rows = [indent + line for line in _row(signature)]
    signed = newline.join([opened.rstrip("\r\n"), *rows, ""])
    after = examine(_FILE, signed, SignoffsFile).value
    if after is None or len(after.signoffs) != len(before) + 1:
        raise SettingsProblem((Problem(_FILE, 1, 1, "no signature can be added to a list in [brackets].", _AS_ROWS),))
    return signed


def _row(signature: Signoff) -> list[str]:
    fields = {
        "role": signature.role,
        "name": _quoted(signature.name),
        "job": _quoted(signature.job),
        "on": signature.on.isoformat(),
        "agreement": _quoted(signature.content),
    }
    if signature.evidence:
        fields["evidence"] = _quoted(signature.evidence)
    first, *rest = [f"{key}: {value}" for key, value in fields.items()]
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _quoted(words: str) -> str:
    """Double-quoted YAML; JSON strings are such."""
    return json.dumps(words, ensure_ascii=False)


def _canonical(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return {str(key.value if isinstance(key, Enum) else key): _canonical(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_canonical(one) for one in value), key=json.dumps)
    if isinstance(value, tuple | list):
        return [_canonical(one) for one in value]
    return _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f} s"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(float(value))
    return value if isinstance(value, str | bool) or value is None else repr(value)


def _fields(value: object) -> dict[str, object]:
    """A dataclass by its name and the fields that say something."""
    kind = type(value).__name__
    said: dict[str, object] = {"": kind}
    for one in dataclasses.fields(value):  # type: ignore[arg-type]  # the caller made sure that it is an instance
        held = getattr(value, one.name)
        if one.name not in _NO_MEANING.get(kind, ()) and not _is_default(one, held):
            said[one.name] = _canonical(held)
    return said


def _is_default(one: "dataclasses.Field[object]", held: object) -> bool:
    made = one.default_factory() if one.default_factory is not dataclasses.MISSING else one.default
    return made is not dataclasses.MISSING and made == held and type(made) is type(held)
