"""What pages tell search engines, as schema.org's JSON-LD. A leaf.

It stands in a script element that is a block of data: browsers never run it, and so the content security
policy has nothing to stop.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Protocol

from django.utils.safestring import SafeString, mark_safe

SCHEMA = "https://schema.org"
COMMITTEE = "Södertörnskommunernas samarbetskommitté"


class Place(Protocol):
    """A municipality, as far as the organisation's data knows it."""

    formal_name: str
    website: str


class Reachable(Protocol):
    """The secretariat: how it is reached, each "" if not known."""

    email: str
    phone: str


@dataclass(frozen=True)
class Crumb:
    """A step on the way to a page; the page itself has no address."""

    name: str
    address: str


def script_safe(data: object) -> SafeString:
    """JSON that can neither end the script element nor begin a comment in it, nor break a script's line."""
    escapes = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(escapes))  # noqa: S308


def organisation_jsonld(
    base_url: str, logo_url: str, members: Iterable[Place] = (), secretariat: Reachable | None = None
) -> SafeString:
    """https://schema.org/GovernmentOrganization: the committee; what is not known is left out.

    `base_url` is as in "https://portal.example".
    """
    data = {
        "@context": SCHEMA,
        "@type": "GovernmentOrganization",
        "name": COMMITTEE,
        "alternateName": "Södertörnskommunerna",
        "url": f"{base_url}/",
        "logo": logo_url,
        "email": secretariat and secretariat.email,
        "telephone": secretariat and secretariat.phone,
        "member": [
            {"@type": "GovernmentOrganization", "name": member.formal_name, "url": member.website}
            for member in members
        ],
    }
    return script_safe({name: value for name, value in data.items() if value})


def dataset_jsonld(
    *, name: str, description: str, url: str, licence: str, files: Iterable[tuple[str, str]], changed_on: str
) -> SafeString:
    """https://schema.org/Dataset; `files` are each a media type and an address, `changed_on` a day or ""."""
    data = {
        "@context": SCHEMA,
        "@type": "Dataset",
        "name": name,
        "description": description,
        "url": url,
        "license": licence,
        "inLanguage": "sv",
        "isAccessibleForFree": True,
        "dateModified": changed_on,
        "creator": {"@type": "GovernmentOrganization", "name": COMMITTEE},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": address}
            for media_type, address in files
        ],
    }
    return script_safe({key: value for key, value in data.items() if value})


def breadcrumbs_jsonld(crumbs: Sequence[Crumb], base_url: str) -> SafeString:
    """https://schema.org/BreadcrumbList: the way to a page, the page itself last."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": crumb.name,
            **({"item": f"{base_url}{crumb.address}"} if crumb.address else {}),
        }
        for position, crumb in enumerate(crumbs, start=1)
    ]
    data: dict[str, Any] = {"@context": SCHEMA, "@type": "BreadcrumbList", "itemListElement": items}
    return script_safe(data)


def crumbs_in(html: str) -> list[Crumb]:
    """The steps that a list of breadcrumbs shows, one for each `li`: they are written only there."""
    reader = _CrumbReader()
    reader.feed(html)
    reader.close()
    return [Crumb(" ".join(name.split()), address) for name, address in reader.crumbs]


class _CrumbReader(HTMLParser):
    """Collects the text of each list item and the address of its link, if any."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.crumbs: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.crumbs.append(("", ""))
        elif tag == "a" and self.crumbs:
            self.crumbs[-1] = (self.crumbs[-1][0], dict(attrs).get("href") or "")

    def handle_data(self, data: str) -> None:
        if self.crumbs:
            name, address = self.crumbs[-1]
            self.crumbs[-1] = (name + data, address)
