"""What identifies a person in a record: an e-mail of their own, and other records it names."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from crmsync.mappings.ids import canonical_id
from crmsync.mappings.plumbing import Names
from crmsync.model.records import Ref, Snapshot

ROLE_NAMES = frozenset(
    """
    abuse account accounting accounts admin administration all anfrage anfragen billing booking bookings buchhaltung
    business buying careers compliance contact contacto contato datenschutz dispatch dispo dispatching einkauf email
    empfang enquiries enquiry everyone export feedback finance freight frontdesk gdpr general hallo hello help
    helpdesk hi hostmaster hr import impressum info infos information inquiries inquiry invoice invoices it jobs
    kontakt legal logistics logistik mail mailbox marketing media newsletter no-reply nobody noreply
    office operations ops order orders personal post postmaster presse press privacy procurement purchase purchasing
    rechnung rechnungen reception reply returns root sales secretary security sekretariat service services shipping
    shop spam staff subscribe support team tech test transport unsubscribe users verkauf versand vertrieb
    verwaltung warehouse web webmaster website zentrale
    """.split()
)

Key = tuple[str, str]
PLAIN = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([a-z0-9.-]+)")
"""Addresses whose part before the @ needs no second look; the domain always gets one."""
LONGEST_LOCAL, LONGEST_ADDRESS = 64, 254


def identity_keys(snapshot: Snapshot, names: Mapping[str, Names]) -> tuple[Key, ...]:
    """The keys of a record as (kind, value), without duplicates.

    Kinds: `email` one person's address; `role` a shared mailbox, never a match; `ref` another record it names, as
    system/object/id. `names` are the stream's fields that hold such ids.
    """
    email = email_key(snapshot.text("email") or "")
    own = ((("role" if is_role(email) else "email"), email),) if email else ()
    others = (("ref", str(ref)) for ref, how in _named(snapshot, names) if how.alias != "merge")
    return tuple(dict.fromkeys((*own, *others)))


def aliases(snapshot: Snapshot, names: Mapping[str, Names]) -> tuple[tuple[Ref, Ref, str], ...]:
    """The records that replaced this one, as (this record, the other, `merge` or `conversion`)."""
    return tuple(
        (snapshot.ref, ref, how.alias)
        for ref, how in _named(snapshot, names)
        if how.alias is not None and ref != snapshot.ref
    )


def email_key(text: str) -> str | None:
    """An address so that equal people compare equal: trimmed, lower case, the domain in its ASCII form.

    A tag (anna+demo@) stays: it may be somebody else's. None where it is no address. No DNS is asked.
    """
    address = unicodedata.normalize("NFC", text.strip()).lower()
    plain = PLAIN.fullmatch(address) if len(address) <= LONGEST_ADDRESS else None
    if plain and len(plain[1]) <= LONGEST_LOCAL:
        domain = _known_domain(plain[2])
        return f"{plain[1]}@{domain}" if domain else None
    return _examined(address)


@lru_cache(maxsize=20_000)
def _known_domain(domain: str) -> str | None:
    """The ASCII form of a domain, None where it is none; companies are few, people are many."""
    key = _examined(f"a@{domain}")
    return key.partition("@")[2] if key else None


def _examined(address: str) -> str | None:
    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, ValueError, IndexError):
        valid = None
    if valid is None or not valid.ascii_domain:
        return None
    return f"{unicodedata.normalize('NFC', valid.local_part.lower())}@{valid.ascii_domain.lower()}"


def is_role(email: str) -> bool:
    """Whether an address belongs to a desk, not to a person."""
    return email.partition("@")[0].partition("+")[0] in ROLE_NAMES


def _named(snapshot: Snapshot, names: Mapping[str, Names]) -> list[tuple[Ref, Names]]:
    found = []
    for field, how in names.items():
        text = snapshot.text(field)
        other = canonical_id(how.system, text) if text else None
        if other:
            found.append((Ref(how.system, how.object, other), how))
    return found
