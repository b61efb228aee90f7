"""Sign-offs: nobody signs the same content twice."""

from collections.abc import Iterator

from crmsync.agreement.draft import Draft
from crmsync.agreement.sign import same
from crmsync.model.errors import Problem


def check_signoffs(draft: Draft) -> Iterator[Problem]:
    """The same name twice over one content is refused: two sides need two people."""
    file, document = draft.signoffs.value, draft.signoffs.document
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate(file.signoffs if file else ()):
        if (same(one.name), one.agreement) in seen:
            message = f'"{one.name}" signed this content already.'
            yield document.at_value(("signoffs", index, "name"), message, "Another person signs for the other job.")
        seen.add((same(one.name), one.agreement))
