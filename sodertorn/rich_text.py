"""Text with a few formats, as HTML that is safe to show: what is allowed, what is taken away. A leaf.

Everything that is not listed here goes: scripts, styles, classes, images, what Word leaves when text is
pasted from it. A link opens in the same window (no `target`), so it needs no `rel`.
"""

import re
from html import escape
from html.parser import HTMLParser

import nh3

BLOCKS = {"p", "h2", "h3", "ul", "ol", "li", "blockquote"}
"""The page's title is its only `h1`."""
INLINE = {"strong", "em", "a", "br"}
TAGS = BLOCKS | INLINE
RENAMED = {
    "b": "strong",
    "i": "em",
    "h1": "h2",
    **dict.fromkeys(("h4", "h5", "h6"), "h3"),
    **dict.fromkeys(("div", "td", "th", "caption", "dt", "dd"), "p"),
}
"""What is pasted from elsewhere says the same thing with other words."""
REMOVED_WITH_CONTENT = {
    *("script", "style", "iframe", "noscript", "noembed", "noframes", "template", "svg", "math", "object"),
    *("title", "textarea", "select", "xml", "xmp"),
}
LINK = re.compile(
    r"(?:https?://[^\s\x00-\x1f\\/]|mailto:|tel:|/(?![/\\]))[^\s\x00-\x1f\x7f\\]*", re.IGNORECASE
)
"""To the web, to an e-mail address or telephone, or to a page of our own: a path from the root."""
IS_EMPTY = re.compile(r"(?:\s|&nbsp;|<br>)*")


def _link(tag: str, attribute: str, value: str) -> str | None:
    """The address as it may stand, or None to take it away."""
    address = value.strip()
    return address if LINK.fullmatch(address) else None


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags=REMOVED_WITH_CONTENT,
        attributes={"a": {"href"}},
        attribute_filter=_link,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


_READ = _cleaner(TAGS | RENAMED.keys())
_ALLOWED = _cleaner(TAGS)


def sanitise(html: str) -> str:
    """The text with the allowed formats only, nothing empty in it, and each blank-line part a paragraph.

    What comes out is nh3's own last word, and is the same if it is sanitised again: mending one thing can
    show another, so it goes on until nothing changes.
    """
    before = None
    while html != before:
        before = html
        html = _ALLOWED.clean(_in_paragraphs(_tidied(_READ.clean(html)))).strip()
    return html


def _in_paragraphs(html: str) -> str:
    """Text without a single block was written by hand: a blank line parts its paragraphs."""
    if any(f"<{tag}>" in html for tag in BLOCKS):
        return html
    return "".join(f"<p>{part.strip()}</p>" for part in re.split(r"\n\s*\n", html) if part.strip())


def _tidied(html: str) -> str:
    """What nh3 wrote, with other words for the same thing renamed and what is empty taken away."""
    tidier = _Tidier()
    tidier.feed(html)
    tidier.close()
    return "".join(tidier.open[0])


class _Tidier(HTMLParser):
    """Reads what nh3 wrote, where every element is closed and everything is escaped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[list[str]] = [[]]
        self.tags: list[str] = []
        self.has_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.open[-1].append("<br>")
            return
        tag = RENAMED.get(tag, tag)
        # No level of headings is passed over: the first one is right under the page's own.
        if tag == "h3" and not self.has_heading:
            tag = "h2"
        self.has_heading = self.has_heading or tag == "h2"
        address = dict(attrs).get("href")
        attribute = f' href="{escape(address)}"' if address else ""
        self.tags.append(tag)
        self.open.append([f"<{tag}{attribute}>"])

    def handle_endtag(self, tag: str) -> None:
        tag = self.tags.pop()
        start, *content = self.open.pop()
        inner = "".join(content)
        if IS_EMPTY.fullmatch(inner):
            self.open[-1].append("" if tag in BLOCKS else inner)
        elif start == "<a>":
            self.open[-1].append(inner)
        else:
            self.open[-1].append(f"{start}{inner}</{tag}>")

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)

    def handle_entityref(self, name: str) -> None:
        self.open[-1].append(f"&{name};")
