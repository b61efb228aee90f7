"""What the org refuses, and the vendor's two ways of saying so (a list of errors, or a row of a collection)."""

from __future__ import annotations

from collections.abc import Sequence

from crmsync.emulator.wire import Answer, Json


class Problem(Exception):
    """One refusal: the vendor's code and words, the fields it names, and the HTTP status of a single-row call."""

    def __init__(self, code: str, words: str, fields: Sequence[str] = (), status: int = 400) -> None:
        """`fields` are API names; an empty list is left out where the vendor leaves it out."""
        super().__init__(f"{code}: {words}")
        self.code, self.words, self.fields, self.status = code, words, list(fields), status

    def answer(self) -> Answer:
        """The refusal as the answer to a call about one thing: a list with `errorCode`."""
        entry: dict[str, Json] = {"message": self.words, "errorCode": self.code}
        if self.fields:
            entry["fields"] = self.fields
        return Answer(self.status, [entry])

    def row(self) -> dict[str, Json]:
        """The refusal as one result of a collection: `statusCode` instead of `errorCode`, no id."""
        errors: Json = [{"statusCode": self.code, "message": self.words, "fields": self.fields}]
        return {"success": False, "errors": errors}


class Several(Problem):
    """A key that several rows have: 300 with their addresses (restforce: upsert_multiple_error_response.json)."""

    def __init__(self, urls: Sequence[str]) -> None:
        """`urls` are the resources of the rows."""
        super().__init__("MULTIPLE_CHOICES", "more than one record found", status=300)
        self.urls = list(urls)

    def answer(self) -> Answer:
        """A bare list of addresses."""
        return Answer(300, self.urls)


class Silent(Problem):
    """A precondition that failed without a word; whether the vendor says one nobody could verify (facts 5.4)."""

    def __init__(self) -> None:
        """Nothing to tell."""
        super().__init__("PRECONDITION_FAILED", "", status=412)

    def answer(self) -> Answer:
        """The status alone."""
        return Answer(412)


def no_such_column(field: str, type_: str) -> Problem:
    """A field nobody knows, in a written row."""
    return Problem("INVALID_FIELD", f"No such column '{field}' on sobject of type {type_}")


def not_found() -> Problem:
    """A path or record that does not exist."""
    return Problem("NOT_FOUND", "The requested resource does not exist", status=404)


def bad_json(words: str) -> Problem:
    """A body that cannot be read."""
    return Problem("JSON_PARSER_ERROR", words)
