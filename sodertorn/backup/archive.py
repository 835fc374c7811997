"""What lies in an archive, and whether it is all there. A leaf.

A tar file, written and read from start to end: the rows of each table in pieces (`rows/TABLE/000001.jsonl`, a
JSON array of values to the line), the documents under their names in the store (`files/…`), and last of all
`manifest.json`, which names everything with its size and SHA-256.
"""

import hashlib
import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from sodertorn.backup.sealed_file import PIECE, BackupFailed, sealed_reader

FORMAT = 1
"""Raised when an older portal could no longer read what a newer one writes."""

MANIFEST = "manifest.json"
ROWS = "rows/"
FILES = "files/"
ROWS_IN_A_PIECE = 2000

Migration = tuple[str, str]


@dataclass
class TableContent:
    """The rows of a table: `last_number` is the highest identity that it has given, also to rows now gone."""

    name: str
    columns: list[str]
    rows: int = 0
    sha256: str = hashlib.sha256().hexdigest()
    last_number: int | None = None


@dataclass
class StoredFile:
    """A document's file: its name in the store, size in bytes."""

    name: str
    size: int
    sha256: str


@dataclass
class Manifest:
    """`missing_files` are those that a row refers to but the store lacked, `erased_files` those that only an
    earlier version of a row refers to."""

    made_at: str
    database: str
    portal: str
    migrations: list[Migration]
    tables: list[TableContent] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    missing_files: list[str] = field(default_factory=list)
    erased_files: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def manifest_from(text: bytes) -> Manifest:
    """Raises BackupFailed if it is of a newer kind than this code knows, or none at all."""
    try:
        values = json.loads(text)
        if values["format"] > FORMAT:
            raise BackupFailed("Arkivet är gjort av en nyare portal. Uppgradera portalen och försök igen.")
        tables = [TableContent(**table) for table in values.pop("tables")]
        files = [StoredFile(**file) for file in values.pop("files")]
        migrations = [(app, name) for app, name in values.pop("migrations")]
        return Manifest(tables=tables, files=files, migrations=migrations, **values)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupFailed("Arkivets innehållsförteckning går inte att tolka.") from error


class ArchiveWriter:
    """Adds parts to an archive, one after the other, and keeps the manifest of them."""

    def __init__(self, target: BinaryIO, manifest: Manifest) -> None:
        self.manifest = manifest
        self._tar = tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def add_table(self, table: TableContent, pieces: Iterable[list[bytes]]) -> None:
        """The rows of a table, a line each, in pieces that are small enough to hold."""
        digest = hashlib.sha256()
        for number, lines in enumerate(pieces, start=1):
            content = b"".join(lines)
            digest.update(content)
            table.rows += len(lines)
            self._add(f"{ROWS}{table.name}/{number:06}.jsonl", len(content), io.BytesIO(content))
        table.sha256 = digest.hexdigest()
        self.manifest.tables.append(table)

    def add_file(self, name: str, size: int, content: BinaryIO) -> None:
        """A file of the store. Raises OSError if it turns out shorter than its size."""
        reading = Hashing(content)
        self._add(FILES + name, size, reading)
        self.manifest.files.append(StoredFile(name, size, reading.sha256.hexdigest()))

    def close(self) -> None:
        content = self.manifest.as_json()
        self._add(MANIFEST, len(content), io.BytesIO(content))
        self._tar.close()

    def _add(self, name: str, size: int, content: "BinaryIO | Hashing") -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)


class Hashing:
    """A file whose digest is taken while it is read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.sha256 = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        content = self._source.read(size)
        self.sha256.update(content)
        self.size += len(content)
        return content


@dataclass
class Part:
    """A part of an archive, to be read before the next is asked for."""

    path: str
    content: BinaryIO

    @property
    def table(self) -> str | None:
        return self.path.removeprefix(ROWS).rpartition("/")[0] if self.path.startswith(ROWS) else None

    @property
    def file(self) -> str | None:
        return self.path.removeprefix(FILES) if self.path.startswith(FILES) else None


@contextmanager
def opened_archive(path: Path, identity: pyrage.x25519.Identity | None) -> Iterator[Iterator[Part]]:
    """The parts in their order; nothing of them may be believed before the block has ended well."""
    with sealed_reader(path, identity) as content:
        yield _parts(content)


def _parts(content: BinaryIO) -> Iterator[Part]:
    try:
        with tarfile.open(fileobj=content, mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member)
                if file is not None:
                    yield Part(member.name, file)  # type: ignore[arg-type]
    except tarfile.TarError as error:
        raise BackupFailed("Arkivet är skadat: innehållet går inte att läsa.") from error


def check_archive(path: Path, identity: pyrage.x25519.Identity | None) -> Manifest:
    """Read every byte of an archive, and compare it with its seal and its manifest.

    Raises BackupFailed if anything is amiss.
    """
    rows: dict[str, int] = {}
    digests: dict[str, Any] = defaultdict(hashlib.sha256)
    files: list[StoredFile] = []
    manifest = None
    with opened_archive(path, identity) as parts:
        for part in parts:
            if part.table is not None:
                content = part.content.read()
                digests[part.table].update(content)
                rows[part.table] = rows.get(part.table, 0) + content.count(b"\n")
            elif part.file is not None:
                reading = Hashing(part.content)
                while reading.read(PIECE):
                    pass
                files.append(StoredFile(part.file, reading.size, reading.sha256.hexdigest()))
            elif part.path == MANIFEST:
                manifest = manifest_from(part.content.read())
    if manifest is None:
        raise BackupFailed(f"{path} är inget säkerhetsarkiv från portalen: innehållsförteckning saknas.")
    promised = {table.name: (table.rows, table.sha256) for table in manifest.tables if table.rows}
    found = {name: (rows[name], digests[name].hexdigest()) for name in rows}
    if promised != found or manifest.files != files:
        raise BackupFailed("Arkivet är skadat: innehållet är inte det som förteckningen säger.")
    return manifest
