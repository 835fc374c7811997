"""A packed file that can't be damaged unnoticed, encrypted if there is a key. A leaf.

The file is gzip, which any computer unpacks, followed by a seal: an empty gzip member whose comment is the
SHA-256 of all before it. With a recipient the whole is encrypted in the age format (age-encryption.org), so
the server needs only the public key, and the program `age` opens the file where there is no portal. All is
done in passing: memory never holds more than a piece of the file.
"""

import errno
import gzip
import hashlib
import io
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO, cast

import pyrage

AGE = b"age-encryption.org/"
GZIP = b"\x1f\x8b"
PIECE = 1 << 18

# What comes before and after the digest: a gzip member with a comment and no content (RFC 1952).
_SEAL_START = GZIP + b"\x08\x10" + bytes(5) + b"\xffsha256 "
_SEAL_END = b"\0\x03\0" + bytes(8)


class BackupFailed(Exception):
    """What went wrong and what to do about it, in Swedish, for whoever runs the portal."""


def first_line(error: Exception) -> str:
    """What a database says is wrong, without the lines that show where."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def seal(digest: str) -> bytes:
    """The end of a file whose bytes before it have this SHA-256."""
    return _SEAL_START + digest.encode("ascii") + _SEAL_END


SEAL_LENGTH = len(seal("0" * 64))


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """A public key, `age1…`."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise BackupFailed(
            "BACKUP_RECIPIENT är ingen publik nyckel. Den börjar med age1 och skrivs ut av backup_key."
        ) from None


def identity_in(text: str) -> pyrage.x25519.Identity:
    """The secret key in a key file, whose other lines are comments."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(lines[0])
    except (IndexError, pyrage.IdentityError):
        raise BackupFailed(
            "Nyckelfilen innehåller ingen hemlig nyckel. En sådan börjar med AGE-SECRET-KEY-1."
        ) from None


class _Sealing(io.RawIOBase):
    """Passes bytes on and takes their digest."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        content = bytes(cast("bytes", data))
        self.sha256.update(content)
        self.target.write(content)
        return len(content)


class _Unsealing(io.RawIOBase):
    """Passes bytes on, takes the digest of all but the last that are as long as a seal, and keeps those."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.sha256 = hashlib.sha256()
        self.last = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            content = self.source.read(PIECE if size < 0 else size)
        except OSError as error:
            raise BackupFailed(f"Arkivet går inte att läsa: {error.strerror or error}.") from error
        held = self.last + content
        self.sha256.update(held[:-SEAL_LENGTH])
        self.last = held[-SEAL_LENGTH:]
        return content

    @property
    def is_whole(self) -> bool:
        """Asked when all has been read."""
        return self.last == seal(self.sha256.hexdigest())


class _Remembering(io.RawIOBase):
    """The file that the encrypting thread writes. Of a full disk the library tells in words only."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        try:
            return self.target.write(cast("bytes", data))
        except OSError as error:
            self.error = error
            raise


@contextmanager
def _encrypted(target: BinaryIO, recipients: list[pyrage.x25519.Recipient]) -> Iterator[BinaryIO]:
    """What is written is encrypted, by a thread, into the target."""
    outlet, inlet = os.pipe()
    file = _Remembering(target)
    failures: list[Exception] = []

    def encrypt() -> None:
        try:
            with open(outlet, "rb") as source:  # noqa: PTH123 - a descriptor, not a path
                pyrage.encrypt_io(source, file, recipients)
        except (pyrage.EncryptError, OSError) as error:
            failures.append(file.error or error)

    thread = threading.Thread(target=encrypt)
    thread.start()
    writer = open(inlet, "wb")  # noqa: PTH123, SIM115
    try:
        yield writer
    finally:
        with suppress(BrokenPipeError):  # the thread has failed, and says why
            writer.close()
        thread.join()
        if failures:
            raise failures[0]


@contextmanager
def _decrypted(source: BinaryIO, identity: pyrage.x25519.Identity) -> Iterator[BinaryIO]:
    """The content of the source, decrypted by a thread. BackupFailed tells of a wrong key or damage."""
    outlet, inlet = os.pipe()
    failures: list[Exception] = []

    def decrypt() -> None:
        try:
            with open(inlet, "wb") as target:  # noqa: PTH123
                pyrage.decrypt_io(source, target, [identity])
        except (pyrage.DecryptError, OSError) as error:
            if getattr(error, "errno", None) != errno.EPIPE:  # whoever reads has seen enough
                failures.append(error)

    thread = threading.Thread(target=decrypt)
    thread.start()
    reader = open(outlet, "rb")  # noqa: PTH123, SIM115
    try:
        yield reader
    finally:
        reader.close()
        thread.join()
        if failures:
            wrong_key = "No matching keys" in str(failures[0])
            raise BackupFailed(
                "Nyckeln passar inte till arkivet."
                if wrong_key
                else "Arkivet är skadat: det går inte att dekryptera."
            ) from failures[0]


@contextmanager
def sealed_writer(target: BinaryIO, recipients: list[pyrage.x25519.Recipient]) -> Iterator[BinaryIO]:
    """What is written is packed, sealed, and encrypted to the recipients if there are any."""
    with _encrypted(target, recipients) if recipients else nullcontext(target) as outer:
        sealing = _Sealing(outer)
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=sealing, mtime=0) as packed:
            yield cast("BinaryIO", packed)
        outer.write(seal(sealing.sha256.hexdigest()))


class _Unpacked(io.RawIOBase):
    """The content of a packed file, whose faults are told in our own words."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self.packed = packed

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            return self.packed.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BackupFailed("Arkivet är skadat eller avhugget: det går inte att packa upp.") from error


@contextmanager
def sealed_reader(path: Path, identity: pyrage.x25519.Identity | None) -> Iterator[BinaryIO]:
    """The content of a file that `sealed_writer` has written.

    Raises BackupFailed if it is not as it was written. That is not known before the end of the block, which
    reads what the block has left, so nothing that it has read may be believed inside it.
    """
    with _opened(path) as file:
        start = file.read(len(AGE))
        file.seek(0)
        if start != AGE and not start.startswith(GZIP):
            raise BackupFailed(f"{path} är inget säkerhetsarkiv från portalen, eller är skadat.")
        if start == AGE and identity is None:
            raise BackupFailed("Arkivet är krypterat. Ange nyckelfilen med --key-file.")
        with _decrypted(file, identity) if start == AGE and identity else nullcontext(file) as outer:
            unsealing = _Unsealing(outer)
            with gzip.GzipFile(fileobj=unsealing, mode="rb") as packed:
                content = _Unpacked(packed)
                yield cast("BinaryIO", content)
                while content.read(PIECE):
                    pass
            if not unsealing.is_whole:
                raise BackupFailed("Arkivet är skadat: kontrollsumman stämmer inte.")


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise BackupFailed(f"{path} går inte att öppna: {error.strerror}.") from error
