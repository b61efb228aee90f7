"""What HubSpot's edge says in HTML before a call ever reaches the API (facts/hubspot.md sections 2, 4 and 15)."""

from __future__ import annotations

from crmsync.emulator.wire import Answer

LONGEST_TARGET = 15_000  # characters of path and query (section 4: an empirical bound)

_WORDS = {
    404: "Not Found",
    414: "Request-URI Too Large",
    502: "Bad gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway time-out",
    530: "Origin DNS error",
}


class Edge(Exception):
    """The edge answers with its own page instead of the API."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def page(status: int) -> Answer:
    """The edge's own page for a status: HTML, whatever the client accepts."""
    words = _WORDS.get(status, "Error")
    text = (
        f"<!DOCTYPE html>\n<html>\n<head><title>{status} {words}</title></head>\n<body>\n"
        f"<center><h1>{status} {words}</h1></center>\n<hr><center>cloudflare</center>\n</body>\n</html>\n"
    )
    return Answer(status, text.encode(), {"server": "cloudflare", "cf-ray": "8f1b2c3d4e5f6a7b-LHR"})
