import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmsync.mappings import keys
from crmsync.mappings.keys import aliases, email_key, identity_keys, is_role
from crmsync.mappings.read import read_person
from tests.mappings.tables import raw, stream

LEAD, CONTACT = "00Q000000000001", "003000000000001"


@pytest.mark.parametrize(
    "written,key",
    [
        ("anna@halden.example", "anna@halden.example"),
        ("  Anna.O'Neil@Halden.EXAMPLE ", "anna.o'neil@halden.example"),
        ("anna+demo@halden.example", "anna+demo@halden.example"),
        ("jörg@müller.de", "jörg@xn--mller-kva.de"),
        ("e\u0301@x.com", "\u00e9@x.com"),
        ("x@faß.de", "x@xn--fa-hia.de"),
        ("anna", None),
        ("anna@localhost", None),
        ("anna@intranet", None),
        ("anna@127.0.0.1", None),
        ("anna@x@y.de", None),
        ("n/a", None),
        ("", None),
    ],
)
def test_equal_addresses_get_one_key_and_others_none(written, key):
    assert email_key(written) == key


@given(st.one_of(st.emails(), st.text(), st.text().map(lambda local: f"{local}@x.example")))
def test_a_key_is_its_own_key(written):
    key = email_key(written)
    assert key is None or email_key(key) == key


PLAIN_PART = st.text("abcz09.+_-A", min_size=1, max_size=70)


@given(
    PLAIN_PART,
    st.one_of(
        st.text("abz0.-x", max_size=70),
        st.sampled_from(["x.de", "gmail.com", "xn--mnchen-3ya.de", "x.local", "localhost"]),
    ),
)
def test_the_short_way_for_plain_addresses_tells_what_the_long_way_tells(local, domain):
    address = f"{local}@{domain}"
    assert keys.email_key(address) == keys._examined(address.lower())


@pytest.mark.parametrize(
    "email,role",
    [
        ("info@x.de", True),
        ("sales+uk@x.de", True),
        ("no-reply@x.de", True),
        ("office@x.de", True),
        ("infanta@x.de", False),
        ("anna.sales@x.de", False),
    ],
)
def test_a_desk_is_no_person(email, role):
    assert is_role(email) is role


def test_a_contact_names_its_salesforce_lead_by_short_or_long_id():
    spec, plan = stream("hubspot", "contacts")
    row = raw(spec, "1201", email="Anna@X.de", salesforce_lead_id=LEAD, salesforce_contact_id=f"{CONTACT}EAA")
    keys = identity_keys(read_person(row, spec), plan.names)
    assert ("email", "anna@x.de") in keys
    assert ("ref", f"salesforce/Lead/{LEAD}EAA") in keys
    assert len(keys) in (2, 3)


def test_a_wrong_id_or_address_gives_no_key():
    spec, plan = stream("hubspot", "contacts")
    row = raw(spec, "1201", email="none", salesforce_lead_id="unknown")
    assert identity_keys(read_person(row, spec), plan.names) == ()


def test_a_shared_mailbox_is_flagged():
    spec, plan = stream("hubspot", "contacts")
    assert identity_keys(read_person(raw(spec, "1", email="Info@x.de"), spec), plan.names) == (("role", "info@x.de"),)


def test_conversion_is_a_key_and_an_alias_and_a_merge_only_an_alias():
    spec, plan = stream("salesforce", "leads")
    contact = "003000000000001AAA"
    row = raw(spec, f"{LEAD}EAA", converted_contact=contact, merged_into="00Q000000000002EAA")
    lead = read_person(row, spec)
    assert identity_keys(lead, plan.names) == (("ref", f"salesforce/Contact/{contact}"),)
    assert {(str(old), str(new), kind) for old, new, kind in aliases(lead, plan.names)} == {
        (str(lead.ref), f"salesforce/Contact/{contact}", "conversion"),
        (str(lead.ref), "salesforce/Lead/00Q000000000002EAA", "merge"),
    }
