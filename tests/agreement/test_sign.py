import dataclasses
import random
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from crmsync.agreement.build import build
from crmsync.agreement.draft import Draft, read_draft, shapes
from crmsync.agreement.meaning import SignoffsFile
from crmsync.agreement.model import Agreement, Signoff
from crmsync.agreement.read import SYSTEMS
from crmsync.agreement.sign import content_hash, sign, standing, version_of
from crmsync.agreement.vocabulary import ATTRIBUTES
from crmsync.model.errors import SettingsProblem
from crmsync.settings.document import Path, Plain
from crmsync.settings.read import read
from tests.agreement.shipped import FILES, agreement, as_yaml, edited, plain, shuffled
from tests.proofs import proves

EMPTY = FILES["signoffs.yaml"]
DAY = date(2026, 11, 21)
PEOPLE = [
    Signoff("sales", "Dolores Ruiz", "head of sales", DAY, ""),
    Signoff("sales", "Tom Baker", "Sales Manager", DAY, "", 'mail of "21 Nov"'),
    Signoff("marketing", "Pia Lange: CMO", "head of marketing", DAY, ""),
]
MEANING = [name for name in FILES if name != "signoffs.yaml"]


def signed(text: str, *people: Signoff) -> str:
    for one in people:
        text = sign(text, agreement(signoffs=text), one)
    return text


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_keys_means_nothing(seed: int):
    rng = random.Random(seed)
    mixed = agreement(**{name.removesuffix(".yaml"): as_yaml(shuffled(plain(name), rng)) for name in FILES})
    assert mixed.content == agreement().content
    assert _placeless(mixed) == _placeless(agreement())
    assert list(mixed.statuses) == list(agreement().statuses)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_comments_and_blank_lines_mean_nothing(seed: int):
    rng = random.Random(seed)
    commented = {}
    for name in MEANING:
        lines = FILES[name].split("\n")
        for _ in range(5):
            lines.insert(rng.randrange(len(lines)), rng.choice(["", "# a remark", "      # and: another"]))
        commented[name.removesuffix(".yaml")] = "\n".join(lines)
    assert agreement(**commented).content == agreement().content


@pytest.mark.parametrize("name", MEANING)
def test_every_change_of_meaning_is_another_content(name: str):
    draft, data = read_draft(FILES, SYSTEMS, ATTRIBUTES), plain(name)
    before, changed = content_hash(build(draft)), 0
    for path, value in _leaves(data):
        after = _changed(draft, name, _replaced(data, path, _another(value)))
        if after is not None:
            assert content_hash(after) != before, path
            changed += 1
    assert changed >= 3


def test_the_order_of_bought_lists_means_nothing():
    head, rows = FILES["imports.yaml"].split("lists:\n")
    second = rows.replace("LIST-2026-03-12", "LIST-2025-01-01")
    one, other = (f"{head}lists:\n{both}" for both in (rows + "\n" + second, second + "\n" + rows))
    assert agreement(imports=one).imports == agreement(imports=other).imports
    assert agreement(imports=one).content == agreement(imports=other).content


def test_taking_a_line_out_of_the_order_is_another_content():
    data = plain("routing.yaml")
    assert isinstance(data, dict)
    order = data["order"]
    assert isinstance(order, list)
    only_rest: Plain = {**data, "order": order[1:]}
    assert agreement(routing=as_yaml(only_rest)).content != agreement().content


def test_a_default_written_out_is_the_same_content():
    assert agreement(definitions=FILES["definitions.yaml"]).content == agreement().content
    written = edited("sla.yaml", ("holidays: [GB-ENG]", "holidays: [GB-ENG], also_closed: []"))
    assert agreement(sla=written).content == agreement().content


def test_sales_and_marketing_together_sign():
    text = signed(EMPTY, *PEOPLE)
    found = agreement(signoffs=text)
    assert found.signed
    assert found.version == 1
    assert [(one.name, one.evidence) for one in found.signoffs] == [(one.name, one.evidence) for one in PEOPLE]
    assert standing(found).missing == ()


@proves("0.8", "1.12")
@pytest.mark.parametrize("absent", PEOPLE, ids=lambda one: one.job)
def test_one_who_must_sign_and_did_not_leaves_it_unsigned(absent: Signoff):
    """As long as one named job, the manager's included, has not signed, it is a draft."""
    found = agreement(signoffs=signed(EMPTY, *(one for one in PEOPLE if one is not absent)))
    assert not found.signed
    assert absent.job.casefold() in standing(found).missing


@proves("0.7")
def test_one_side_alone_never_signs():
    """Signatures of one side alone, however many, do not put the agreement in force."""
    sales = [dataclasses.replace(one, role="sales") for one in PEOPLE]
    found = agreement(signoffs=signed(EMPTY, *sales))
    assert not found.signed
    assert standing(found).missing == ("somebody with role marketing",)


@proves("0.7")
def test_an_edit_afterwards_unsigns():
    """Any edit after signing makes the agreement unsigned again."""
    text = signed(EMPTY, *PEOPLE)
    found = agreement(signoffs=text, statuses=edited("statuses.yaml", ("quiet_minutes: 60", "quiet_minutes: 30")))
    assert not found.signed
    assert found.version == 0


def test_versions_are_counted_by_content_signed_by_both_sides():
    first, second = "a" * 64, "b" * 64
    rows = tuple(Signoff(role, name, "job", DAY, content) for content in (first, second) for role, name in ROLE_NAMES)
    half = (Signoff("sales", "Ann", "job", DAY, "c" * 64),)
    assert [version_of(half + rows, one) for one in (first, second, "c" * 64, "d" * 64)] == [1, 2, 0, 0]


ROLE_NAMES = (("sales", "Ann"), ("marketing", "Ben"))


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"name": "  dolores   RUIZ "}, "signed this content already"),
        ({"role": "ops"}, "is no side of this agreement"),
        ({"job": "head of sale"}, 'Did you mean "head of sales"?'),
        ({"name": "  "}, "a signature needs a name"),
    ],
)
def test_a_signature_that_says_nothing_is_refused(change: dict[str, str], sentence: str):
    text = signed(EMPTY, PEOPLE[0])
    with pytest.raises(SettingsProblem) as refused:
        sign(text, agreement(signoffs=text), dataclasses.replace(PEOPLE[1], **change))
    assert sentence in str(refused.value)


def test_the_same_name_twice_written_by_hand_is_refused():
    text = signed(EMPTY, PEOPLE[0])
    twice = text + text[text.index("  - role") :].replace("sales", "marketing")
    with pytest.raises(SettingsProblem, match="signed this content already"):
        agreement(signoffs=twice)


def test_signing_only_appends():
    comment = "# ours: do not touch\nsignoffs:  []   # none yet\n"
    once = signed(comment, PEOPLE[0])
    assert once.startswith("# ours: do not touch\nsignoffs:   # none yet\n  - role: sales\n")
    twice = signed(once, PEOPLE[1])
    assert twice.startswith(once)


def test_signing_follows_the_way_the_file_is_written():
    once = signed("signoffs:\r\n", PEOPLE[0])
    assert "\n" not in once.replace("\r\n", "")
    flat = signed(EMPTY, PEOPLE[0]).replace("  - ", "- ").replace("    ", "  ")
    assert signed(flat, PEOPLE[1]).startswith(flat)


def test_a_list_in_brackets_takes_no_signature():
    text = signed(EMPTY, PEOPLE[0])
    row = agreement(signoffs=text).signoffs[0]
    flow = f"signoffs: [{{role: sales, name: {row.name}, job: {row.job}, on: {row.on}, agreement: '{row.content}'}}]\n"
    with pytest.raises(SettingsProblem, match="brackets"):
        signed(flow, PEOPLE[1])


def test_signing_starts_a_file_that_says_nothing_yet():
    assert signed("", *PEOPLE).startswith("signoffs:\n  - role: sales\n")


@given(name=st.text(min_size=1))
@example(name="\x7f")
@example(name="a\nb")
@example(name='O\'Neil "Jo" #1: é 🙂')
@settings(deadline=None)
def test_any_name_is_refused_or_read_back_as_it_was_signed(name: str):
    try:
        text = sign(EMPTY, agreement(), dataclasses.replace(PEOPLE[0], name=name))
    except SettingsProblem:
        assert not name.strip() or not name.isprintable()
    else:
        assert read("signoffs.yaml", text, SignoffsFile).signoffs[0].name == name


def _placeless(found: Agreement) -> Agreement:
    outcomes = {name: dataclasses.replace(one, line=0) for name, one in found.outcomes.items()}
    return dataclasses.replace(found, outcomes=outcomes)


def _leaves(data: Plain, path: Path = ()) -> Iterator[tuple[Path, Plain]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _leaves(item, (*path, index))
    else:
        yield path, data


def _another(value: Plain) -> Plain:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    words = {"yes": "no", "no": "yes", "adopt": "correct", "team": "named", "salesforce": "hubspot", "unknown": "yes"}
    text = str(value)
    for old, new in (("2026", "2025"), ("2027", "2028"), ("30 ", "31 "), ("14 ", "15 "), ("70%", "71%"), ("60", "61")):
        text = text.replace(old, new)
    return words.get(text, text if text != value else f"{text}x")


def _replaced(data: Plain, path: Path, value: Plain) -> Plain:
    if not path:
        return value
    step = path[0]
    if isinstance(data, dict) and isinstance(step, str):
        return {**data, step: _replaced(data[step], path[1:], value)}
    assert isinstance(data, list)
    assert isinstance(step, int)
    return [*data[:step], _replaced(data[step], path[1:], value), *data[step + 1 :]]


def _changed(draft: Draft, name: str, data: Plain) -> Agreement | None:
    stem = name.removesuffix(".yaml")
    try:
        value = TypeAdapter(shapes(SYSTEMS)[stem]).validate_python(data)
    except ValidationError:
        return None
    reading = dataclasses.replace(getattr(draft, stem), value=value)
    return build(dataclasses.replace(draft, **{stem: reading}))
