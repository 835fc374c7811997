"""What the Atom feeds (RFC 4287) have in common. A leaf."""

import re
import uuid

NAMESPACE = uuid.UUID("0b7a9f6e-2f0d-5c0b-8f3e-6f1c8f2f7d11")
"""Identities follow from the rows' keys, and so stay when an address, a host name or a title is changed."""

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def identity(name: str) -> str:
    """The same for the same name, for ever."""
    return uuid.uuid5(NAMESPACE, name).urn


def xml_text(text: str) -> str:
    """What an XML file can hold; text pasted from elsewhere can have more."""
    return _NOT_IN_XML.sub(" ", text)
