"""Static files as they are collected: a style sheet holds what it imports. A leaf: it knows no app.

A page is not drawn before its style sheets are there, and each is another answer to wait for. With DEBUG the
files are served as they lie, and browsers follow `@import` themselves.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLE_SHEETS = ("css/site.css", "css/admin.css")
"""Those that import others."""
IMPORT = re.compile(r'@import url\("(?P<name>[^"]+)"\)(?: (?P<media>[^;]+))?;')
COMMENT = re.compile(r"/\*.*?\*/\n*", re.DOTALL)
"""A seventh of a style sheet as it is sent. No text in ours looks like one."""
Sources = Mapping[str, tuple[Storage, str]]
"""Where each collected file comes from, by its name among the static files."""


class JoinedStyleSheets(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which names files after their content and compresses them."""

    def post_process(self, paths: Sources, **options: Any) -> Iterator[Any]:
        """Put the style sheets together first, so that their names follow all that they import."""
        if not options.get("dry_run"):
            for name in STYLE_SHEETS:
                text = joined(name, paths)
                self.delete(name)
                self._save(name, ContentFile(text.encode()))
            paths = {**paths, **{name: (self, name) for name in STYLE_SHEETS}}
        yield from super().post_process(paths, **options)


def joined(name: str, sources: Sources) -> str:
    """The text of a style sheet with the sheets that it imports in their places, and without comments.

    The imported import nothing, and lie in the same folder, so that what their `url()` say stays right.
    Raises KeyError for a sheet that is not there.
    """

    def imported(match: re.Match[str]) -> str:
        text = read(str(PurePosixPath(name).with_name(match["name"])), sources)
        return f"@media {match['media']} {{\n{text}}}" if match["media"] else text

    return COMMENT.sub("", IMPORT.sub(imported, read(name, sources)))


def read(name: str, sources: Sources) -> str:
    storage, path = sources[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
    return text
