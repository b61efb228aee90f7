"""Owners: people and queues that records belong to (facts/hubspot.md section 9)."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import Books, Owner
from crmsync.emulator.hubspot.reading import a_flag, page_size, paging
from crmsync.emulator.hubspot.refusals import Refusal, not_found
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Answer, Asked, Json

DEFAULT_PAGE, PAGE = 100, 500


def list_owners(books: Books, asked: Asked) -> Answer:
    """A page of owners in id order; `archived=true` shows only those who left."""
    most = PAGE if books.desk.faults.switched("owners_page_500", otherwise=True) else DEFAULT_PAGE  # section 9
    limit, after = page_size(books, asked, DEFAULT_PAGE, most), asked.query.get("after") or "0"
    if not (after.isascii() and after.isdecimal()) or len(after) > 18:
        raise Refusal(400, f"Invalid input: after is not a cursor of this list: {after}")
    archived, email = a_flag(asked, "archived"), asked.query.get("email", "").lower()
    found = [
        owner
        for owner in sorted(books.state.owners.values(), key=lambda one: int(one.id))
        if owner.archived == archived and int(owner.id) > int(after) and (not email or owner.email.lower() == email)
    ]
    more = paging(asked, found[limit - 1].id) if len(found) > limit else {}
    return Answer(body={"results": [_shown(one) for one in found[:limit]], **more})


def get_owner(books: Books, asked: Asked) -> Answer:
    """One owner by id, or by user id with `idProperty=userId`."""
    wanted, archived = asked.params["id"], a_flag(asked, "archived")
    by_user = asked.query.get("idProperty", "id") == "userId"
    for owner in books.state.owners.values():
        if owner.archived == archived and wanted == (str(owner.user_id) if by_user else owner.id):
            return Answer(body=_shown(owner))
    raise not_found()


def _shown(owner: Owner) -> dict[str, Json]:
    """`userId` is null for those who left and for queues; `userIdIncludingInactive` keeps who it was."""
    person = owner.user_id if owner.type == "PERSON" else None
    return {
        "id": owner.id,
        "email": owner.email,
        "type": owner.type,
        "firstName": owner.first,
        "lastName": owner.last,
        "userId": None if owner.archived else person,
        "userIdIncludingInactive": person,
        "createdAt": stamp(owner.at),
        "updatedAt": stamp(owner.at),
        "archived": owner.archived,
        **({"teams": owner.teams} if owner.teams else {}),
    }
