"""Requests as no library would send them: each is answered below 500, and the next one is answered too."""

import socket

import pytest

from crmsync.emulator import Running

AUTH = b"Host: x\r\nAuthorization: Bearer emulator-token\r\n"
END = b"Connection: close\r\n\r\n"
LOGIN = b"client_id=emulator-client&redirect_uri=http://x/%0d%0aSet-Cookie:%20a"
BACK = b"response_type=code&redirect_uri=http://x/%0d%0aSet-Cookie:%20a"


def said(url: str, raw: bytes) -> bytes:
    """All that comes back until the line is closed."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))


def status(url: str, raw: bytes) -> int:
    return int(said(url, raw).split(b" ", 2)[1])


@pytest.mark.parametrize(
    "raw, hubspot, salesforce",
    [
        (b"GET /crm/v3/objects/%ff%fe HTTP/1.1\r\n" + AUTH + END, 400, 404),
        (b"GET /services/data/v60.0/query?q=%ff HTTP/1.1\r\n" + AUTH + END, 404, 400),
        (b"GET // HTTP/1.1\r\n" + AUTH + END, 404, 404),
        (b"get /crm/v3/owners HTTP/1.1\r\n" + AUTH + END, 405, 404),
        (b"OPTIONS * HTTP/1.1\r\n" + AUTH + END, 404, 404),
        (b"GET http://api.example/crm/v3/owners/?limit=1 HTTP/1.1\r\n" + AUTH + END, 200, 404),
        (b"GET /crm/v3/owners/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n" + END, 530, 404),
        (b"GET /crm/v3/objects/contacts?=&&&a&limit=1&limit=2 HTTP/1.1\r\n" + AUTH + END, 200, 404),
        (b"GET /oauth/authorize?" + LOGIN + b" HTTP/1.1\r\n" + AUTH + END, 302, 404),
        (b"GET /services/oauth2/authorize?" + BACK + b" HTTP/1.1\r\n" + AUTH + END, 404, 302),
    ],
)
def test_odd_requests_are_answered(served: Running, raw: bytes, hubspot: int, salesforce: int) -> None:
    assert (status(served.hubspot_url, raw), status(served.salesforce_url, raw)) == (hubspot, salesforce)


def test_a_redirect_never_splits_its_headers(served: Running) -> None:
    raw = b"GET /oauth/authorize?" + LOGIN + b" HTTP/1.1\r\n" + AUTH + END
    head = said(served.hubspot_url, raw).split(b"\r\n\r\n")[0].lower()
    assert b"\r\nset-cookie" not in head
    assert b"\r\nlocation: http://x/set-cookie: a?code=" in head


def test_a_body_in_pieces_is_read_whole(served: Running) -> None:
    head = b"POST /crm/v3/objects/contacts HTTP/1.1\r\n" + AUTH + b"Transfer-Encoding: chunked\r\n" + END
    assert status(served.hubspot_url, head + b'5\r\n{"pro\r\nc\r\nperties":{}}\r\n0\r\n\r\n') == 201


def test_who_hangs_up_in_the_middle_of_a_request_leaves_the_server_well(
    served: Running, caplog: pytest.LogCaptureFixture
) -> None:
    head = b"POST /crm/v3/objects/contacts HTTP/1.1\r\n" + AUTH + b"Content-Length: 999\r\n" + END
    said(served.hubspot_url, head + b"{")
    assert status(served.hubspot_url, b"GET /crm/v3/owners HTTP/1.1\r\n" + AUTH + END) == 200
    assert "Exception" not in caplog.text
