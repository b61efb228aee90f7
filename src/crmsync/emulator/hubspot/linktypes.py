"""The numbers of HubSpot-defined associations, read both ways (facts/hubspot.md section 6; vendor's own table)."""

from __future__ import annotations

# from, to, its number, the number of the way back; names as in paths. The vendor's `association_type.py`; those of
# leads and communications stand in public code (578, 608, 610, 596, 598, 600, 602, 646, 854; 81, 83, 85, 87), where
# the way back of a lead is the next number; airbyte's leads.json shows a primary contact twice: by 578 and by 608.
_PLAIN = """
contacts companies 279 280
contacts deals 4 3
contacts tickets 15 16
deals companies 341 342
deals tickets 27 28
tickets companies 339 340
calls contacts 194 193
calls companies 182 181
calls deals 206 205
calls tickets 220 219
emails contacts 198 197
emails companies 186 185
emails deals 210 209
emails tickets 224 223
meetings contacts 200 199
meetings companies 188 187
meetings deals 212 211
meetings tickets 226 225
notes contacts 202 201
notes companies 190 189
notes deals 214 213
notes tickets 228 227
tasks contacts 204 203
tasks companies 192 191
tasks deals 216 215
tasks tickets 230 229
communications contacts 81 82
communications companies 87 88
communications deals 85 86
communications tickets 83 84
leads contacts 608 609
leads companies 610 611
leads calls 596 597
leads emails 598 599
leads meetings 600 601
leads communications 602 603
leads tasks 646 647
leads notes 854 855
calls meetings 399 400
contacts contacts 449 449
companies companies 450 450
deals deals 451 451
tickets tickets 452 452
"""

# further HubSpot-defined types of a pair: from, to, number, number of the way back, label there, label back
_LABELLED = (
    ("contacts", "companies", 1, 2, "Primary", "Primary"),
    ("deals", "companies", 5, 6, "Primary", "Primary"),
    ("tickets", "companies", 26, 25, "Primary", "Primary"),
    ("leads", "contacts", 578, 579, "Primary", "Primary"),
    ("companies", "companies", 13, 14, "Child Company", "Parent Company"),
)

DEFINED = "HUBSPOT_DEFINED"


def _both_ways() -> dict[tuple[str, str], dict[int, tuple[int, str | None]]]:
    """(from, to) -> number -> the number of the way back and the label; the plain type comes first."""
    found: dict[tuple[str, str], dict[int, tuple[int, str | None]]] = {}
    for line in _PLAIN.split("\n"):
        if line:
            source, target, there, back = line.split()
            found.setdefault((source, target), {})[int(there)] = (int(back), None)
            found.setdefault((target, source), {})[int(back)] = (int(there), None)
    for source, target, number, reverse, label, label_back in _LABELLED:
        found[source, target][number] = (reverse, label)
        found[target, source][reverse] = (number, label_back)
    return found


_TYPES = _both_ways()


def link_type(source: str, target: str) -> int | None:
    """The number of the plain association from one object type to another; None where the portal has none."""
    return next(iter(_TYPES.get((source, target), {})), None)


def defined_types(source: str, target: str) -> list[tuple[int, str | None]]:
    """Every HubSpot-defined type of the pair: number and label, the plain one first."""
    return [(number, label) for number, (_, label) in _TYPES.get((source, target), {}).items()]


def way_back(source: str, target: str, number: int) -> int | None:
    """The number of the same association read from the other end; None for a type that HubSpot did not define."""
    found = _TYPES.get((source, target), {}).get(number)
    return None if found is None else found[0]
