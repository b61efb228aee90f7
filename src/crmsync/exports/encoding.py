"""How is this file written? Its encoding and the character between its columns."""

import codecs
from collections.abc import Iterable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS = (",", ";", "\t", "|")


def encoding_of(pieces: Iterable[bytes]) -> str:
    """Tell the encoding from all bytes of a file, in pieces: a mark at its start, zeros, else UTF-8 where all of it is.

    What is no UTF-8 is taken for Windows-1252: there every byte is a letter.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    try:
        for piece in pieces:
            marked = _marked(piece) if first else None
            if marked is not None:
                return marked
            first = False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def separator_of(lines: Iterable[str]) -> str:
    """The separator that the header holds most often outside quotes; a first line `sep=;` says it outright."""
    for line in lines:
        text = line.strip("\r\n\ufeff ")
        if text.casefold().startswith("sep=") and len(text) > len("sep="):
            return text[len("sep=") :][0]
        if text:
            bare = "".join(text.split('"')[::2])
            return max(SEPARATORS, key=bare.count)
    return SEPARATORS[0]


def _marked(piece: bytes) -> str | None:
    marked = next((name for mark, name in MARKS if piece.startswith(mark)), None)
    if marked is not None:
        return marked
    start = piece[:200]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    return "utf-16-be" if start[0::2].count(0) > len(start) // 4 else None
