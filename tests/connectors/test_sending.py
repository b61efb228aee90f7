"""One receipt per row, whatever happens: the rules every connector's writes share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.connectors.answers import Answer, AnswerLost, Unreached
from crmsync.connectors.sending import LOCK_WAITS, Verdict, batches, send
from crmsync.model.errors import AccessLost, BudgetSpent, RetryLater
from crmsync.model.plans import ReceiptKind
from crmsync.model.records import Ref
from crmsync.model.streams import WriteRow
from tests.connectors.doubles import Sleeps

OK = Verdict(ReceiptKind.OK)


def rows(*ids):
    return [WriteRow(f"op{index}", Ref("crm", "Lead", one), {"at": one}) for index, one in enumerate(ids)]


def all_fine(batch, _answer):
    return {row.op_id: OK for row in batch}


def answered(_batch):
    return Answer(200, b"")


@given(st.lists(st.sampled_from(["", "1", "2", "3", "4"]), max_size=30), st.integers(1, 7))
def test_batches_keep_the_order_and_never_hold_a_record_twice(ids, size):
    given_rows = rows(*ids)
    made = list(batches(given_rows, size))
    assert [row for batch in made for row in batch] == given_rows
    for batch in made:
        named = [row.ref.id for row in batch if row.ref.id]
        assert 0 < len(batch) <= size
        assert len(named) == len(set(named))


@given(st.lists(st.sampled_from(["a", "b", "c", "bad"]), max_size=20), st.integers(1, 7), st.data())
def test_every_row_has_exactly_one_receipt_in_order_whatever_the_crm_does(values, size, data):
    def exchange(_batch):
        happens = data.draw(st.sampled_from([None, Unreached(), AnswerLost(), AccessLost("no")]))
        if happens:
            raise happens
        return Answer(200, b"")

    def judge(batch, _answer):
        some = {row.op_id: OK for row in batch if row.values["at"] != "bad"}
        return data.draw(st.sampled_from([some, {}, OK, Verdict(ReceiptKind.REFUSED, splits=True)]))

    sent = rows(*values)
    receipts = send(sent, size, exchange, judge)
    assert [one.op_id for one in receipts] == [row.op_id for row in sent]


@pytest.mark.parametrize(
    "happens,kind",
    [
        (Unreached(), ReceiptKind.RETRY),
        (AccessLost("the login was refused"), ReceiptKind.RETRY),
        (BudgetSpent("no calls are left"), ReceiptKind.RETRY),
        (RetryLater("left alone"), ReceiptKind.RETRY),
        (AnswerLost(), ReceiptKind.UNKNOWN),
    ],
)
def test_what_never_left_may_be_sent_again_and_what_left_may_not(happens, kind):
    def exchange(_batch):
        raise happens

    [receipt] = send(rows("1"), 10, exchange, all_fine)
    assert receipt.kind is kind


def test_an_answer_nobody_understands_is_unknown_and_raises_nothing():
    def judge(_batch, _answer):
        raise KeyError("id")

    [receipt] = send(rows("1"), 10, answered, judge)
    assert receipt.kind is ReceiptKind.UNKNOWN


def test_a_lost_answer_does_not_stop_the_batches_behind():
    def exchange(batch):
        if batch[0].values["at"] == "1":
            raise AnswerLost
        return Answer(200, b"")

    assert [one.kind.name for one in send(rows("1", "2"), 1, exchange, all_fine)] == ["UNKNOWN", "OK"]


def test_a_crm_that_asks_to_come_back_later_is_not_asked_again_now():
    asked = []

    def exchange(batch):
        asked.append(batch)
        return Answer(429, b"")

    receipts = send(rows("1", "2", "3"), 1, exchange, lambda _batch, _answer: Verdict(ReceiptKind.RETRY, "later"))
    assert len(asked) == 1
    assert {one.kind for one in receipts} == {ReceiptKind.RETRY}


def test_a_spoiled_batch_is_split_until_each_culprit_stands_alone_and_healthy_rows_are_written():
    def judge(batch, _answer):
        if any(row.values["at"] == "bad" for row in batch):
            return Verdict(ReceiptKind.REFUSED, "bad value", splits=True)
        return all_fine(batch, _answer)

    receipts = send(rows("1", "2", "bad", "4", "5", "bad", "7", "8"), 8, answered, judge)
    assert [one.kind.name for one in receipts] == ["OK", "OK", "REFUSED", "OK", "OK", "REFUSED", "OK", "OK"]


def test_a_refusal_that_no_row_is_to_blame_for_is_not_sent_piece_by_piece():
    asked = []

    def exchange(batch):
        asked.append(batch)
        return Answer(403, b"")

    send(rows("1", "2", "3"), 10, exchange, lambda _batch, _answer: Verdict(ReceiptKind.REFUSED, "scopes"))
    assert len(asked) == 1


def test_the_vendors_words_reach_the_receipt_without_addresses():
    judge = lambda batch, _answer: {batch[0].op_id: Verdict(ReceiptKind.REFUSED, "a.b@example.com is taken")}  # noqa: E731
    [receipt] = send(rows("1"), 10, answered, judge)
    assert receipt.words == "(an e-mail address) is taken"


# Rows that somebody held ---------------------------------------------------------------------------------------------


class Holding:
    """A CRM in which somebody holds some rows for so many tries."""

    def __init__(self, **tries):
        self.tries, self.sent = tries, []

    def exchange(self, batch):
        self.sent.append([row.values["at"] for row in batch])
        return Answer(200, b"")

    def judge(self, batch, _answer):
        return {row.op_id: self._verdict(row.values["at"]) for row in batch}

    def _verdict(self, name):
        self.tries[name] = self.tries.get(name, 0) - 1
        return Verdict(ReceiptKind.RETRY, "locked", locked=True) if self.tries[name] >= 0 else OK


def test_a_row_that_somebody_held_is_sent_again_in_a_moment_without_the_others():
    crm, sleeps = Holding(b=1, d=2), Sleeps()
    receipts = send(rows("a", "b", "c", "d"), 10, crm.exchange, crm.judge, sleeps)
    assert {one.kind for one in receipts} == {ReceiptKind.OK}
    assert crm.sent == [["a", "b", "c", "d"], ["b", "d"], ["d"]]
    assert sleeps.seconds == [0.5, 1.0]


def test_a_row_that_stays_held_is_left_for_the_next_cycle():
    crm, sleeps = Holding(b=99), Sleeps()
    receipts = send(rows("a", "b"), 10, crm.exchange, crm.judge, sleeps)
    assert [one.kind for one in receipts] == [ReceiptKind.OK, ReceiptKind.RETRY]
    assert len(crm.sent) == 1 + len(LOCK_WAITS)
    assert max(sleeps.seconds) <= 2.0, "longer than the moment that a wish to stop waits for"


def test_without_a_sleeper_nothing_is_sent_again():
    crm = Holding(a=1)
    assert [one.kind for one in send(rows("a"), 10, crm.exchange, crm.judge)] == [ReceiptKind.RETRY]
    assert len(crm.sent) == 1


def test_a_row_held_before_a_crm_that_says_later_waits_like_the_others():
    crm, sleeps = Holding(a=1), Sleeps()
    judged = crm.judge

    def judge(batch, answer):
        return judged(batch, answer) if len(crm.sent) == 1 else Verdict(ReceiptKind.RETRY, "come back later")

    receipts = send(rows("a"), 10, crm.exchange, judge, sleeps)
    assert [(one.kind, one.words) for one in receipts] == [(ReceiptKind.RETRY, "come back later")]
    assert len(crm.sent) == 2
