"""What every connector owes while the world goes on: broken off, edited under its feet, told late - nothing is lost."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmsync.model.records import Ref
from crmsync.state.codec import digest, to_json
from tests.conformance.memo import Book
from tests.conformance.sides import OLD, Side

A_MINUTE, AN_HOUR = 60, 3600
MANY = range(1, 10)


def known(*passes) -> dict[str, tuple]:
    """What a store knows after these passes: each record in its latest version, the deleted ones gone."""
    latest = {}
    for records in passes:
        for one in records:
            if one.ref not in latest or one.modified_at >= latest[one.ref].modified_at:
                latest[one.ref] = one
    return {ref.id: one.values for ref, one in latest.items() if not one.deleted}


def read(side, *states):
    """The same as it should be: (number, status) of everybody alive."""
    return {side.ref_of(number).id: (status, f"N{number}") for number, status in states}


# Broken off ----------------------------------------------------------------------------------------------------------


def test_a_pass_cut_behind_every_single_page_reads_everything_once(side):
    """Each page is read by another process, from the cursor the last one left."""
    side.put(*MANY)
    records, cursor, pages = [], None, 0
    while True:
        crm = side.opened()
        page = next(iter(crm.pull(side.people, cursor)))
        crm.close()
        records, cursor, pages = [*records, *page.records], page.cursor, pages + 1
        if page.last:
            break
        assert cursor.position is not None
    refs = [one.ref for one in records]
    assert len(refs) == len(set(refs)) == len(MANY)
    assert pages >= len(MANY) / 2, "the pages were short"
    assert cursor.position is None


def test_wherever_it_is_cut_the_rest_is_the_rest(side):
    side.put(*MANY)
    whole, end = side.pull()
    pages = list(side.crm.pull(side.people, None))
    for cut in range(1, len(pages)):
        had = [one for page in pages[:cut] for one in page.records]
        rest, cursor = side.pull(pages[cut - 1].cursor)
        assert [*had, *rest] == whole
        assert cursor == end


def test_a_pass_that_was_cut_while_reading_what_moved_goes_on_too(side):
    side.put(*MANY)
    _, cursor = side.pull()
    side.advance(AN_HOUR)
    for number in MANY:
        side.edit(number, side.words[1])
    side.advance(A_MINUTE)
    whole, _ = side.pull(cursor)
    pages = list(side.crm.pull(side.people, cursor))
    for cut in range(1, len(pages)):
        had = [one for page in pages[:cut] for one in page.records]
        rest, _ = side.pull(pages[cut - 1].cursor)
        assert {one.ref for one in [*had, *rest]} == {one.ref for one in whole}
    assert len({one.ref for one in whole}) == len(MANY)


def test_equal_input_gives_equal_hashes(side):
    side.put(*MANY)
    hashes = [[digest(to_json(one.values)) for one in side.pull(crm=crm)[0]] for crm in (side.crm, side.crm)]
    assert hashes[0] == hashes[1]
    other = side.opened()
    assert [digest(to_json(one.values)) for one in side.pull(crm=other)[0]] == hashes[0]
    other.close()


# A tie ---------------------------------------------------------------------------------------------------------------


def test_more_records_in_one_second_than_fit_on_a_page_neither_loop_nor_get_lost(side):
    """Nine people changed in the same second, two to a page: at first and again when they all moved."""
    side.put(*MANY)
    first, cursor = side.pull()
    assert len({one.modified_at for one in first}) == 1
    side.advance(AN_HOUR)
    for number in MANY:
        side.edit(number, side.words[1])
    side.advance(A_MINUTE)
    moved, _ = side.pull(cursor)
    assert len({one.modified_at for one in moved}) == 1
    assert sorted(one.ref for one in moved) == sorted(one.ref for one in first)
    assert {one.values[0] for one in moved} == {side.words[1]}


# As what they are ----------------------------------------------------------------------------------------------------


def test_a_record_that_came_back_from_the_bin_is_alive_again(side):
    side.put(1, 2, 3)
    first, cursor = side.pull()
    side.advance(AN_HOUR)
    side.delete(2)
    side.advance(AN_HOUR)
    second, cursor = side.pull(cursor)
    assert len(known(first, second)) == 2
    side.advance(AN_HOUR)
    side.bring_back(2)
    side.advance(A_MINUTE)
    third, _ = side.pull(cursor)
    assert len(known(first, second, third)) == 3


def test_the_one_that_was_merged_away_is_gone_and_says_into_whom(vendor):
    spec = vendor.with_survivor()
    vendor.put(1, 2, 3)
    first = [one for page in vendor.crm.pull(spec, None) for one in page.records]
    loser = vendor.ref_of(2)
    vendor.advance(AN_HOUR)
    survivor = vendor.merge(1, 2)
    vendor.advance(AN_HOUR)
    later = [one for page in vendor.crm.pull(spec, None) for one in page.records]
    assert len(first) == 3
    assert loser.id not in known(later)
    [gone] = [one for one in vendor.crm.fetch(spec, [loser]) if one.ref == loser]
    assert (gone.deleted, gone.values[-1]) == (True, survivor)


def test_a_lead_that_was_converted_says_so_and_stays_what_it_was(running):
    side = Side("salesforce", running, Book()).reset()
    side.put(1, 2)
    _, cursor = side.pull()
    side.advance(AN_HOUR)
    side.people_do({"op": "convert", "type": "Lead", "id": side.id(1)})
    side.advance(A_MINUTE)
    spec = side.with_fields("IsConverted", "ConvertedContactId")
    [record] = side.crm.fetch(spec, [side.ref_of(1)])
    [moved] = side.pull(cursor)[0]
    side.crm.close()
    assert (moved.ref, moved.deleted) == (side.ref_of(1), False)
    assert record.values[-2] is True
    assert str(record.values[-1]).startswith("003")


# Told late -----------------------------------------------------------------------------------------------------------


def test_what_is_committed_after_it_was_stamped_is_not_lost(side):
    """A transaction that stays open over a pull; an index that sees a write a minute late: within the overlap."""
    side.put(1, 2, 3)
    first, cursor = side.pull()
    side.advance(AN_HOUR)
    side.late_edit(2, side.words[1], seconds=90)
    side.advance(30)
    second, cursor = side.pull(cursor)
    assert known(first, second) == known(first), "not yet to be seen"
    side.advance(120)
    third, _ = side.pull(cursor)
    assert known(first, second, third)[side.ref_of(2).id] == (side.words[1], "N2")


# A world that does not stand still -----------------------------------------------------------------------------------


def happenings():
    deed = st.tuples(st.integers(0, 5), st.sampled_from(["edit", "delete", "new", "back"]), st.integers(1, 8))
    return st.lists(deed, max_size=8)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings())
def test_a_pull_over_a_crm_that_changes_meanwhile_ends_equal_to_the_truth(side, deeds):
    """People edit, delete, add and bring back between its pages; after one more pass the store says what is true."""
    side.book.rows.clear()
    side.book.stamps.clear()
    side.book.gone.clear()
    side.clean()
    world = World(side)
    world.begin(range(1, 7))
    passes = []
    first = []
    pages = side.crm.pull(side.people, None)
    for number, page in enumerate(pages):
        first += page.records
        cursor = page.cursor
        for _, deed, whom in (one for one in deeds if one[0] == number):
            world.do(deed, whom)
    passes.append(first)
    for _, deed, whom in (one for one in deeds if one[0] > number):
        world.do(deed, whom)
    for _ in range(2):
        side.advance(AN_HOUR + 1)
        records, cursor = side.pull(cursor)
        passes.append(records)
    assert known(*passes) == world.truth()


class World:
    """What people did, and what is true because of it."""

    def __init__(self, side):
        self.side, self.alive, self.gone = side, {}, {}

    def begin(self, numbers):
        self.side.put(*numbers)
        self.alive = dict.fromkeys(numbers, self.side.words[0])

    def do(self, deed, whom):
        """Whatever of it is possible."""
        self.side.advance(1)
        if deed == "edit" and whom in self.alive:
            word = self.side.words[self.alive[whom] == self.side.words[0]]
            self.side.edit(whom, word)
            self.alive[whom] = word
        elif deed == "delete" and whom in self.alive:
            self.side.delete(whom)
            self.gone[whom] = self.alive.pop(whom)
        elif deed == "new" and whom not in self.alive and whom not in self.gone:
            self.side.put(whom, at=None)
            self.alive[whom] = self.side.words[0]
        elif deed == "back" and whom in self.gone:
            self.side.bring_back(whom)
            self.alive[whom] = self.gone.pop(whom)

    def truth(self):
        return {self.side.ref_of(one).id: (word, f"N{one}") for one, word in self.alive.items()}


# Its own list --------------------------------------------------------------------------------------------------------


def test_the_list_of_records_names_each_with_the_stamp_a_pull_gives(side):
    side.put(*MANY)
    side.advance(AN_HOUR)
    side.edit(4, side.words[1])
    side.delete(5)
    side.advance(AN_HOUR)
    pulled = {one.ref: one.modified_at for one in side.everybody() if not one.deleted}
    named = list(side.crm.census(side.people, None))
    assert {one.ref: one.modified_at for one in named if not one.deleted} == pulled
    assert len({one.ref for one in named}) == len(named)
    assert [one.ref for one in named if one.deleted] in ([], [side.ref_of(5)])
    assert side.crm.count(side.people) == len(MANY) - 1


def test_the_list_of_what_moved_since_an_instant_names_that_and_no_more(side):
    side.put(*MANY)
    side.advance(AN_HOUR)
    since = side.crm.server_time() if side.system == "memo" else side.now()
    side.edit(4, side.words[1])
    side.delete(5)
    side.advance(A_MINUTE)
    named = {one.ref: one.deleted for one in side.crm.census(side.people, since)}
    assert named == {side.ref_of(4): False, side.ref_of(5): True}


def test_an_empty_stream_has_an_empty_list(side):
    assert list(side.crm.census(side.people, None)) == []
    assert side.crm.count(side.people) == 0


def test_the_age_of_people_is_what_was_loaded(side):
    side.put(1)
    [one] = side.everybody()
    assert one.modified_at.isoformat() == OLD.replace("Z", "+00:00")
    assert isinstance(one.ref, Ref)
