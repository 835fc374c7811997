"""Reading a page as a visitor does: its elements, and its text as it would be read aloud.

The parser is strict: a page with an element that is never closed, or closed twice, is a broken page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urldefrag, urlsplit

from django.test import Client

# Elements that don't part a word or a sentence from its neighbours.
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "mark", "small", "span", "strong", "time", "tspan"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNREAD = {"script", "style", "template"}
SOFT_HYPHEN = "\N{SOFT HYPHEN}"


def folded(text: str) -> str:
    """The text with every stretch of white space as one space.

    No-break spaces are spaces too: they only say where a line may not be broken. A soft hyphen only says
    where a word may be, so it is not part of the word.
    """
    return re.sub(r"\s+", " ", text.replace(SOFT_HYPHEN, "")).strip()


@dataclass(eq=False)
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's text, folded. What is hidden from a screen reader is a picture, not text."""
        return folded("".join(self._pieces(())))

    def text_without(self, *classes: str) -> str:
        """The text less that of elements of these classes."""
        return folded("".join(self._pieces(classes)))

    def elements(self) -> Iterator["Element"]:
        """The element and all within it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.elements()

    def all(self, tag: str = "", class_name: str = "", **attributes: str) -> list["Element"]:
        """Elements by tag, class and attributes; what is left out may be anything."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements()
            if tag in ("", element.tag)
            and (not class_name or class_name in element.classes)
            and wanted.items() <= element.attributes.items()
        ]

    def one(self, tag: str = "", class_name: str = "", **attributes: str) -> "Element":
        """The only such element; it is an error if there is none or more than one."""
        found = self.all(tag, class_name, **attributes)
        assert len(found) == 1, f"{len(found)} elements: {tag} {class_name} {attributes}"
        return found[0]

    def texts(self, tag: str = "", class_name: str = "", **attributes: str) -> list[str]:
        return [element.text for element in self.all(tag, class_name, **attributes)]

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def rows(self) -> list[list[str]]:
        """The texts of a table's cells, row by row, without the head."""
        heads = [id(row) for head in self.all("thead") for row in head.all("tr")]
        return [
            [cell.text for cell in row.children if isinstance(cell, Element)]
            for row in self.all("tr")
            if id(row) not in heads
        ]

    def table(self, caption: str) -> "Element":
        """The table whose caption begins so."""
        found = [table for table in self.all("table") if table.one("caption").text.startswith(caption)]
        assert len(found) == 1, f"{len(found)} tables are called {caption}"
        return found[0]

    def links(self) -> list[str]:
        """Where the element's links lead, in order."""
        return [link.attributes["href"] for link in self.all("a") if "href" in link.attributes]

    def _pieces(self, excluded: tuple[str, ...]) -> Iterator[str]:
        is_unread = self.tag in UNREAD or self.attributes.get("aria-hidden") == "true"
        if is_unread or set(self.classes) & set(excluded):
            return
        space = "" if self.tag in INLINE else " "
        yield space
        for child in self.children:
            if isinstance(child, Element):
                yield from child._pieces(excluded)
            else:
                yield child
        yield space


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"<{tag}> has an attribute twice: {attrs}"
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"line {self.getpos()[0]}: </{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """Parse a whole page."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert parser.open == [parser.root], f"never closed: {[element.tag for element in parser.open[1:]]}"
    return parser.root


def read(client: Client, address: str) -> Element:
    """The page at an address, which must be there."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return parse(response.content.decode())


FILE = re.compile(r"\.[a-z]+$")
FILTER = re.compile(r"[?&](organ|vard|typ)=")


FORM_ABOUT_A_PAGE = "/tillganglighet/anmal-brist/?"
"""The form that every page leads to, told which page that was: as many addresses again, all the same form."""


def crawl(client: Client, missing: Sequence[str] = ()) -> dict[str, Element]:
    """Every page that can be reached from the start page; files and the administration are left out.

    Each must be there, except those in `missing`, which must not, and be led to at once. A page may be
    filtered in so many ways that those reached from an already filtered page are left out too.
    """
    pages: dict[str, Element] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        is_elsewhere = address.startswith(("/admin/", FORM_ABOUT_A_PAGE))
        if address in pages or is_elsewhere or FILE.search(urlsplit(address).path):
            continue
        response = client.get(address, follow=True)
        expected = 404 if address in missing else 200
        assert response.status_code == expected, f"{address}: {response.status_code}"
        assert len(response.redirect_chain) <= 1, f"{address}: {response.redirect_chain}"
        if not response["Content-Type"].startswith("text/html"):
            continue
        pages[address] = parse(response.content.decode())
        links = [urldefrag(link).url for link in internal_links(pages[address], address)]
        waiting += [link for link in links if not (FILTER.search(address) and FILTER.search(link))]
    return pages


def internal_links(page: Element, address: str) -> list[str]:
    """The page's links to the portal itself, each from the root."""
    links = []
    for link in page.links():
        parts = urlsplit(link)
        if not parts.scheme:
            assert link.startswith(("/", "#", "?")), f"{address} has a link that is relative: {link}"
            links.append(link if link.startswith("/") else urlsplit(address).path + link)
    return links


REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "popovertarget", "list", "form")
"""Attributes that name other elements of the page."""
HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}


def assert_well_made(page: Element) -> None:
    """What holds for every page, whatever it shows."""
    assert page.one("html").attributes == {"lang": "sv"}
    assert page.one("head").one("title").text
    assert page.one("h1").text

    levels = [HEADING_LEVELS[element.tag] for element in page.elements() if element.tag in HEADING_LEVELS]
    skipped = [(above, below) for above, below in pairwise(levels) if below > above + 1]
    assert (levels[0], skipped) == (1, [])

    identities = [element.attributes["id"] for element in page.elements() if "id" in element.attributes]
    assert len(identities) == len(set(identities))
    for element in page.elements():
        for attribute in REFERENCES:
            assert set(element.attributes.get(attribute, "").split()) <= set(identities)
        if element.attributes.get("href", "").startswith("#"):
            assert element.attributes["href"][1:] in identities
        # The content security policy stops these, so they would do nothing.
        assert [name for name in element.attributes if name == "style" or name.startswith("on")] == []

    for table in page.all("table"):
        assert table.one("caption").text
        assert [cell for cell in table.all("th") if cell.attributes.get("scope") not in ("col", "row")] == []
        widths = {
            sum(int(cell.attributes.get("colspan", 1)) for cell in row.children if isinstance(cell, Element))
            for row in table.all("tr")
        }
        assert len(widths) == 1, f"{table.one('caption').text}: rows of {widths} cells"
    for tag in ("ul", "ol", "dl", "tbody", "tr", "nav", "p", "dd", "li", "h1", "h2", "h3", "h4", "h5", "h6"):
        assert [element.attributes for element in page.all(tag) if not element.text] == [], f"an empty {tag}"
    assert [link.attributes for link in page.all("a") if not link.text] == []
