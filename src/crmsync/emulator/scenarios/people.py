"""Invents people: name, firm, job, country, and how well they fit - grade A to D by the shipped scoring."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from random import Random

from crmsync.emulator.scenarios import pools

_STAND_INS = str.maketrans({"ß": "ss", "Ł": "L", "ł": "l", "ø": "o", "Ø": "O"})


@dataclass(frozen=True, slots=True)
class Someone:
    """One invented person. `grade` is the fit grade their attributes earn; `email` is unique in the scenario."""

    first: str
    last: str
    company: str
    title: str
    industry: str
    employees: int
    country: str
    email: str
    phone: str
    grade: str

    @property
    def dach(self) -> bool:
        """Whether the country belongs to team dach."""
        return self.country in pools.DACH


def invent(rng: Random, grade: str, dach: bool | None, taken: set[str]) -> Someone:  # noqa: FBT001 - three-valued
    """Invent a person of a grade; `dach` True or False fixes the team by country. `taken` e-mails are not used again.

    A: industry, size, seniority and region fit (100 points). B: a small firm (70). C: senior, in the region (40).
    D: region only (15).
    """
    first, last = (
        rng.choice(pools.AWKWARD) if rng.random() < 1 / 40 else (rng.choice(pools.FIRST), rng.choice(pools.LAST))
    )
    fits = grade in ("A", "B")
    industry = rng.choice(sorted(pools.GOOD_INDUSTRIES if fits else pools.OTHER_INDUSTRIES))
    company = f"{rng.choice(pools.FIRM_HEADS)} {(pools.GOOD_INDUSTRIES | pools.OTHER_INDUSTRIES)[industry]}"
    in_dach = rng.random() < 1 / 3 if dach is None else dach
    country = rng.choice(pools.DACH if in_dach else pools.WEST)
    return Someone(
        first=first,
        last=last,
        company=company,
        title=rng.choice(pools.JUNIOR if grade == "D" else pools.SENIOR),
        industry=industry,
        employees=rng.randint(60, 900) if grade == "A" else rng.randint(3, 45),
        country=country,
        email=_address(first, last, company, taken),
        phone=f"{pools.DIALLING.get(country, '+44 20')} {rng.randint(2_000_000, 8_999_999)}",
        grade=grade,
    )


def mailbox(rng: Random, name: str, taken: set[str]) -> Someone:
    """A role mailbox such as info@: an address that no single person owns."""
    someone = invent(rng, "C", None, taken)
    address = f"{name}@{someone.email.partition('@')[2]}"
    if address in taken:
        return mailbox(rng, name, taken)
    taken.add(address)
    return replace(someone, email=address)


def also_known_as(someone: Someone, taken: set[str]) -> Someone:
    """The same person under a private address: only an explicit id joins the two."""
    address = _free(plain(f"{someone.first}{someone.last}") or "private", "postfach.example", taken)
    return replace(someone, email=address)


def plain(text: str) -> str:
    """The letters and digits of a text without accents, lower case."""
    folded = unicodedata.normalize("NFKD", text.translate(_STAND_INS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", folded.lower())


def _address(first: str, last: str, company: str, taken: set[str]) -> str:
    words = [word for word in (plain(first), plain(last)) if word]
    return _free(".".join(words) or "chen.wei", f"{plain(company)}.example", taken)


def _free(local: str, domain: str, taken: set[str]) -> str:
    address, number = f"{local}@{domain}", 1
    while address in taken:
        number += 1
        address = f"{local}{number}@{domain}"
    taken.add(address)
    return address
