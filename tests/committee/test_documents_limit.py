"""Two gigabytes sent to the real server: answered at once, nothing kept, and no memory used for it."""

import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.services.portal import Portal, running_portal

TWO_GIGABYTES = 2_000_000_000
PIECE = bytes(256 * 1024)
MOST_TAKEN = 100_000_000
"""Bytes that the server may let pass before it stops listening; what is in the sockets' buffers included."""
MOST_GROWTH = 30_000_000
ADDRESS = "/admin/calendar_app/eventdocument/ladda-upp/"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running_portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


def memory_of_workers(portal: Portal) -> int:
    """The most bytes in memory, now, of any process that serves the portal."""
    sizes = []
    for status in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"PORT={urlsplit(portal.url).port}\0".encode() in status.read_bytes():
                text = (status.parent / "status").read_text()
                sizes.append(int(text.partition("VmRSS:")[2].split()[0]) * 1024)
        except (OSError, IndexError):
            continue
    return max(sizes)


def send_until_answered(portal: Portal, headers: str, *, chunked: bool) -> tuple[bytes, int]:
    """Send a body of two gigabytes until there is an answer; return it, and how much went out before."""
    host = urlsplit(portal.url)
    piece = b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE
    sent, deadline = 0, time.monotonic() + 30
    with socket.create_connection((host.hostname, host.port), timeout=30) as connection:
        head = (
            f"POST {ADDRESS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        )
        connection.sendall(f"{head}{headers}\r\n\r\n".encode())
        connection.settimeout(1)
        try:
            while sent < TWO_GIGABYTES and time.monotonic() < deadline:
                sent += connection.send(piece)
        except OSError:  # the server has stopped listening
            pass
        connection.settimeout(10)
        try:
            return connection.recv(65536), sent
        except OSError:
            return b"", sent


@pytest.mark.parametrize(
    ("headers", "chunked"),
    [(f"Content-Length: {TWO_GIGABYTES}", False), ("Transfer-Encoding: chunked", True)],
    ids=["declared", "chunked"],
)
def test_two_gigabytes_are_not_taken_in(portal: Portal, headers: str, chunked: bool) -> None:
    data = Path(portal.environment["DATA_DIR"])
    before = memory_of_workers(portal)
    _, sent = send_until_answered(portal, headers, chunked=chunked)

    assert sent < MOST_TAKEN
    assert memory_of_workers(portal) - before < MOST_GROWTH
    assert list((data / "incoming").iterdir()) == []
    assert list((data / "media").rglob("*")) == []


@pytest.mark.parametrize(
    ("headers", "status", "heading"),
    [
        ({"Content-Length": str(TWO_GIGABYTES)}, 413, "Det du skickade är för stort"),
        ({"Transfer-Encoding": "chunked"}, 411, "Vi vet inte hur mycket som skickas"),
    ],
)
def test_answer_comes_before_the_body_and_in_swedish(
    portal: Portal, headers: dict[str, str], status: int, heading: str
) -> None:
    """A sender that waits for the answer gets the page."""
    host = urlsplit(portal.url)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=20)
    connection.putrequest("POST", ADDRESS)
    for name, value in {**headers, "Content-Type": "multipart/form-data; boundary=x"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()

    assert response.status == status
    assert f"<h1>{heading}</h1>" in page
    assert "högst 50 MB" in page
    assert "högst 250 MB" in page


def test_portal_answers_others_afterwards(portal: Portal) -> None:
    host = urlsplit(portal.url)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=20)
    connection.request("GET", "/dokument/")
    response = connection.getresponse()
    response.read()
    connection.close()

    assert response.status == 200
