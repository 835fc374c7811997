"""What a visitor who has never been here has to fetch."""

import pytest

MOST_BYTES = 100_000
"""As sent, with headers, fonts and the map."""
MOST_REQUESTS = 8


@pytest.mark.parametrize("path", ["/", "/kalender/", "/kalender/2017/", "/budget/2017/", "/nyckeltal/"])
def test_first_visit_fetches_little(browser, portal, path):
    page = browser.new_context(base_url=portal.url).new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    asked, sent = {}, {}
    network.on("Network.requestWillBeSent", lambda told: asked.update({told["requestId"]: told["request"]}))
    network.on(
        "Network.loadingFinished", lambda told: sent.update({told["requestId"]: told["encodedDataLength"]})
    )

    page.goto(path, wait_until="networkidle")
    page.context.close()

    fetched = {asked[number]["url"].removeprefix(portal.url): size for number, size in sent.items()}
    assert len(sent) == len(asked), "everything was fetched"
    assert len(asked) <= MOST_REQUESTS, fetched
    assert sum(fetched.values()) <= MOST_BYTES, fetched
    assert any(name.endswith(".woff2") for name in fetched), "the font is counted"


def test_whatever_of_a_first_visit_is_text_comes_as_brotli(browser, portal):
    # Chromium asks for Brotli over https and from the machine itself.
    page = browser.new_context(base_url=portal.url).new_page()
    encodings = {}
    page.on("response", lambda answer: encodings.update({answer.url: answer.headers.get("content-encoding")}))

    page.goto("/", wait_until="networkidle")
    page.context.close()

    text = {url: encoding for url, encoding in encodings.items() if not url.endswith(".woff2")}
    assert len(text) > 2
    assert text == dict.fromkeys(text, "br")
