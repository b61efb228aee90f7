"""The page of a preview without names, ids, files and folders: for sending around. Figures stay as they are."""

from dataclasses import replace

from crmsync.reports.preview_page import REFUSED, Group, Item, Lists, Page


def without_names(page: Page) -> Page:
    """The same page; people become `person 1`, `person 2`, the same one everywhere."""
    numbers: dict[str, int] = {}
    lists = Lists(page.lists.wanted, {}, dict(page.lists.counts))
    for name, items in sorted(page.lists.items.items()):
        lists.items[name] = [_item(one, numbers) for one in items]
    files = tuple(
        replace(
            one,
            name=f"{one.kind.casefold().replace(' ', '-')}.csv",
            skipped=tuple((line, _why(why)) for line, why in one.skipped),
            unmatched=(),
            notes=(),
        )
        for one in page.files
    )
    return replace(
        page,
        agreement=page.agreement if page.agreement.startswith("the shipped") else "your agreement",
        files=files,
        changes=tuple(_group(one) for one in page.changes),
        lists=lists,
    )


def _item(one: Item, numbers: dict[str, int]) -> Item:
    number = numbers.setdefault(one.name or one.id, len(numbers) + 1)
    return Item("", f"person {number}", one.detail)


def _group(one: Group) -> Group:
    """The example keeps what moves and loses who it is."""
    _, _, move = one.example.rpartition(": ")
    return replace(one, example=f"somebody: {move}" if move else "")


def _why(words: str) -> str:
    """Why a line was not taken may quote a cell: a refusal loses its words, anything else what stands in quotes."""
    return REFUSED if words.startswith(REFUSED) else "".join(words.split('"')[::2])
