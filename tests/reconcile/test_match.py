"""Who is who: Linked, New or Ambiguous, never guessed, in any order, with ids that stay."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crmsync.model.matching import Candidate
from crmsync.model.records import RecordKind, Ref
from crmsync.reconcile.match import match, person_id
from tests.proofs import proves
from tests.rules.agreed import days, utc

START = utc("2026-01-01 00:00")
MAIL = ("email", "zoe@brook-vale.example")


def lead(number, **more):
    return made(Ref("salesforce", "Lead", f"00Q{number}"), RecordKind.LEAD, number, **more)


def contact(number, **more):
    return made(Ref("salesforce", "Contact", f"003{number}"), RecordKind.CONTACT, number, **more)


def hub(number, **more):
    return made(Ref("hubspot", "contacts", str(number)), RecordKind.CONTACT, number, **more)


def made(ref, kind, number, **more):
    known = {"first_name": "Zoé", "last_name": "Brook", "created_at": START + days(number)}
    return Candidate(ref, kind, **(known | more))


def persons(*candidates):
    return {frozenset(refs) for refs in match(candidates).persons.values()}


def together(*candidates):
    return frozenset(one.ref for one in candidates)


def doubtful(*candidates):
    return [one.cause for one in match(candidates).ambiguous]


# Linked, New, Ambiguous ----------------------------------------------------------------------------------------------


def test_no_candidate_is_somebody_new():
    one, other = lead(1, keys=(MAIL,)), hub(2, keys=(("email", "else@where.example"),))
    assert persons(one, other) == {together(one), together(other)}


def test_exactly_one_candidate_by_email_is_linked():
    one, other = lead(1, keys=(MAIL,)), hub(2, keys=(MAIL,))
    assert persons(one, other) == {together(one, other)}


def test_records_that_name_each_other_are_linked_whatever_their_email_and_names():
    one = lead(1, keys=(("email", "old@a.example"),), first_name="Z.", last_name="B.")
    other = hub(2, explicit=(one.ref,), keys=(MAIL,))
    assert persons(one, other) == {together(one, other)}


@proves("1.16")
def test_a_converted_lead_its_contact_and_the_hubspot_contact_are_one_person_by_one_email():
    """Records of one e-mail over conversion and both CRMs are one person."""
    body = contact(1, keys=(MAIL,))
    frozen = lead(0, explicit=(body.ref,), keys=(MAIL,))
    other = hub(2, keys=(MAIL,))
    assert persons(frozen, body, other) == {together(frozen, body, other)}


def test_a_role_mailbox_never_matches():
    role = ("role", "info@brook-vale.example")
    one, other = lead(1, keys=(role,)), hub(2, keys=(role,))
    assert persons(one, other) == {together(one), together(other)}
    assert doubtful(one, other) == []


def test_a_value_shared_by_more_than_two_never_matches_and_is_told():
    three = lead(1, keys=(MAIL,)), lead(2, keys=(MAIL,)), hub(3, keys=(MAIL,))
    assert persons(*three) == set()
    [told] = match(three).ambiguous
    assert (told.cause, told.value) == ("the same e-mail stands on more than two records", MAIL[1])
    assert set(told.refs) == together(*three)


def test_two_contacts_of_one_crm_with_one_email_are_ambiguous():
    assert doubtful(hub(1, keys=(MAIL,)), hub(2, keys=(MAIL,))) == ["two contacts of one CRM share an e-mail"]


def test_two_contacts_that_one_record_names_are_ambiguous():
    first, second = contact(1), contact(2)
    assert doubtful(first, second, hub(3, explicit=(first.ref, second.ref))) == ["two contacts claim the same record"]


def test_whoever_shares_an_email_with_an_ambiguous_record_is_ambiguous_too():
    first, second = contact(1, keys=(MAIL,)), contact(2)
    torn = hub(3, explicit=(first.ref, second.ref))
    late = lead(4, keys=(MAIL,))
    assert persons(first, second, torn, late) == set()


def test_the_same_email_under_clearly_different_names_is_ambiguous():
    one = lead(1, keys=(MAIL,))
    other = hub(2, keys=(MAIL,), first_name="Piet", last_name="Vries")
    assert doubtful(one, other) == ["the same e-mail, but different names"]


def test_accents_case_and_a_missing_name_are_no_contradiction():
    one = lead(1, keys=(MAIL,), first_name="ZOÉ", last_name="O'Brook")
    for name in (("zoe", "obrook"), (None, "Vries"), ("Piet", None), ("Piet", "O’Brook")):
        other = hub(2, keys=(MAIL,), first_name=name[0], last_name=name[1])
        assert persons(one, other) == {together(one, other)}, name


def test_a_chain_of_emails_over_more_than_two_is_ambiguous():
    second = ("email", "zoe@home.example")
    middle = hub(2, keys=(MAIL, second))
    assert persons(lead(1, keys=(MAIL,)), middle, lead(3, keys=(second,))) == set()


def test_the_email_of_a_deleted_record_ties_nobody():
    one, gone = lead(1, keys=(MAIL,)), hub(2, keys=(MAIL,), live=False)
    assert persons(one, gone) == {together(one), together(gone)}


# Ids that stay -------------------------------------------------------------------------------------------------------


def test_a_person_is_named_after_their_earliest_record_in_every_store():
    early, late = hub(1, keys=(MAIL,)), lead(9, keys=(MAIL,))
    assert list(match([late, early]).persons) == [person_id(early.ref)]


def test_an_older_record_that_turns_up_later_does_not_rename_the_person():
    known = lead(9, keys=(MAIL,), person="p-known")
    assert list(match([hub(1, keys=(MAIL,)), known]).persons) == ["p-known"]


def test_of_two_persons_that_turn_out_to_be_one_the_older_lives_on():
    older, younger = lead(1, keys=(MAIL,), person="p-old"), hub(2, keys=(MAIL,), person="p-young")
    found = match([younger, older])
    assert (list(found.persons), found.merged) == (["p-old"], {"p-young": "p-old"})


def test_a_person_who_is_split_stays_with_their_earliest_record():
    one, other = lead(1, person="p"), hub(2, person="p")
    found = match([one, other])
    assert found.persons == {"p": (one.ref,), person_id(other.ref): (other.ref,)}


def test_split_and_joined_again_gives_the_first_person_back():
    one, other = lead(1, keys=(MAIL,), person="p"), hub(2, person="p")
    apart = {ref: name for name, refs in match([one, other]).persons.items() for ref in refs}
    again = match([replace(one, person=apart[one.ref]), replace(other, person=apart[other.ref], keys=(MAIL,))])
    assert again.persons == {"p": (one.ref, other.ref)}
    assert again.merged == {apart[other.ref]: "p"}


# Laws ----------------------------------------------------------------------------------------------------------------

EMAILS = st.lists(st.sampled_from(["a@x.example", "b@x.example", "c@x.example"]), max_size=2, unique=True)
RECORDS = [lead(1), lead(2), lead(3), contact(4), contact(5), hub(6), hub(7), hub(8)]


@st.composite
def populations(draw):
    chosen = draw(st.lists(st.sampled_from(RECORDS), unique=True, max_size=8))
    return [
        replace(
            one,
            keys=tuple(("email", value) for value in draw(EMAILS)),
            explicit=tuple(draw(st.lists(st.sampled_from([each.ref for each in RECORDS]), max_size=1))),
            live=draw(st.booleans()),
            last_name=draw(st.sampled_from(["Brook", "Vries", None])),
            first_name=draw(st.sampled_from(["Zoé", "Piet"])),
            person=draw(st.sampled_from([None, "p1", "p2", "p3"])),
        )
        for one in chosen
    ]


@given(populations(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(population, rng):
    shuffled = rng.sample(population, len(population))
    assert match(shuffled) == match(population)


@given(populations())
def test_every_record_is_in_one_place_only(population):
    found = match(population)
    places = Counter(ref for refs in found.persons.values() for ref in refs)
    places += Counter(ref for one in found.ambiguous for ref in one.refs)
    assert places == Counter(one.ref for one in population)


@given(populations())
def test_a_person_never_holds_two_live_contacts_of_one_crm(population):
    known = {one.ref: one for one in population}
    for refs in match(population).persons.values():
        live = [ref.system for ref in refs if known[ref].live and known[ref].kind is RecordKind.CONTACT]
        assert len(live) == len(set(live))


@given(populations())
def test_matching_what_was_matched_changes_nothing(population):
    first = match(population)
    owner = {ref: name for name, refs in first.persons.items() for ref in refs}
    second = match([replace(one, person=owner.get(one.ref)) for one in population])
    assert (second.persons, second.merged, second.ambiguous) == (first.persons, {}, first.ambiguous)


@given(populations())
def test_people_keep_one_name_each_and_the_merged_point_to_somebody_who_lives(population):
    found = match(population)
    assert not set(found.merged) & set(found.persons)
    assert set(found.merged.values()) <= set(found.persons)
