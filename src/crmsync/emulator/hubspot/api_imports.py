"""The imports API, to be read: which files came in, what they made, what was bad (facts/hubspot.md section 10)."""

from __future__ import annotations

from crmsync.emulator.hubspot.books import CLIENT, Books
from crmsync.emulator.hubspot.kinds import KINDS
from crmsync.emulator.hubspot.listed import Import
from crmsync.emulator.hubspot.reading import a_flag, page_size, paging
from crmsync.emulator.hubspot.refusals import Refusal, beyond, not_found
from crmsync.emulator.hubspot.values import stamp
from crmsync.emulator.wire import Answer, Asked, Json

PAGE, DEFAULT_PAGE = 100, 10


def list_imports(books: Books, asked: Asked) -> Answer:
    """A page of imports, the newest first; the cursor is the last one's id."""
    limit, after = page_size(books, asked, DEFAULT_PAGE, PAGE), asked.query.get("after", "")
    found = sorted(books.state.imports.values(), key=lambda one: (-one.created, -int(one.id)))
    if after:
        places = [place for place, one in enumerate(found, 1) if one.id == after]
        if not places:
            raise Refusal(400, f"Invalid input: after is not a cursor of this list: {after}")
        found = found[places[0] :]
    more = paging(asked, found[limit - 1].id) if len(found) > limit else {}
    return Answer(body={"results": [_shown(one) for one in found[:limit]], **more})


def get_import(books: Books, asked: Asked) -> Answer:
    """One import, or 404."""
    return Answer(body=_shown(_found(books, asked)))


def list_errors(books: Books, asked: Asked) -> Answer:
    """The bad rows of one import; what stood in them comes with `includeRowData` only."""
    errors = _found(books, asked).errors
    rows, message = a_flag(asked, "includeRowData"), a_flag(asked, "includeErrorMessage")
    limit, after = page_size(books, asked, DEFAULT_PAGE, PAGE), asked.query.get("after") or "0"
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise Refusal(400, f"Invalid input: after is not a cursor of this list: {after}")
    page = errors[int(after) : int(after) + limit]
    results = [_error(one, rows=rows, message=message) for one in page]
    more = paging(asked, str(int(after) + limit)) if len(errors) > int(after) + limit else {}
    return Answer(body={"results": results, **more})


def cancel_import(books: Books, asked: Asked) -> Answer:
    """Stop an import that is not done yet; 400 for one that is."""
    found = _found(books, asked)
    if found.state not in {"STARTED", "PROCESSING", "DEFERRED"}:
        raise Refusal(400, f"Import {found.id} is {found.state} and cannot be canceled")
    found.state, found.updated = "CANCELED", books.now()
    books.write_down(CLIENT, "update", "imports", found.id, {"state": (None, "CANCELED")})
    at = books.stamp()
    return Answer(body={"status": "COMPLETE", "startedAt": at, "completedAt": at})


def refuse_import(_books: Books, _asked: Asked) -> Answer:
    """Reading a file in over the API is left out; people and loaded rows do it (`/__emulator__/actors`, `load`)."""
    raise beyond("Starting an import over the API")


def _found(books: Books, asked: Asked) -> Import:
    found = books.state.imports.get(asked.params["id"])
    if found is None:
        raise not_found()
    return found


def _shown(one: Import) -> dict[str, Json]:
    lists: list[Json] = [
        {"objectType": KINDS[kind].singular.upper(), "listId": list_id} for kind, list_id in one.lists.items()
    ]
    return {
        "id": one.id,
        "state": one.state,
        "importSource": one.source,
        "importName": one.name,
        "metadata": {"counters": dict(one.counters), "fileIds": [one.id], "objectLists": lists},
        "mappedObjectTypeIds": [KINDS[kind].number for kind in one.lists],
        "optOutImport": one.opt_out,
        "createdAt": stamp(one.created),
        "updatedAt": stamp(one.updated),
    }


def _error(one: dict[str, Json], *, rows: bool, message: bool) -> dict[str, Json]:
    hidden = set() if message else {"errorMessage"}
    shown = {name: value for name, value in one.items() if name not in hidden}
    source = one.get("sourceData")
    if not rows and isinstance(source, dict):
        shown["sourceData"] = {name: value for name, value in source.items() if name != "rowData"}
    return shown
