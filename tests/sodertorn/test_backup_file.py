"""The sealed file: whatever happens to one of its bytes is noticed, encrypted or not."""

import gzip
import io
import json
import subprocess
from pathlib import Path
from typing import BinaryIO

import pyrage
import pytest

from sodertorn.backup.archive import ArchiveWriter, Manifest, TableContent, check_archive, opened_archive
from sodertorn.backup.new_file import new_file, remove_unfinished
from sodertorn.backup.sealed_file import BackupFailed, identity_in, recipient_of, sealed_writer

KEY = pyrage.x25519.Identity.generate()
ROWS = [b'["Botkyrka",1]\n', '["Nynäshamn",2]\n'.encode()]


def written(path: Path, *recipients: pyrage.x25519.Recipient) -> Manifest:
    """A small archive: one table, one file."""
    manifest = Manifest("2026-11-23T12:00:00+00:00", "sqlite", "1.0", [("committee", "0001_initial")])
    with path.open("wb") as file, sealed_writer(file, list(recipients)) as target:
        archive = ArchiveWriter(target, manifest)
        archive.add_table(TableContent("kommun", ["namn", "plats"]), [ROWS[:1], ROWS[1:]])
        archive.add_file("dokument/å.pdf", 3, io.BytesIO(b"abc"))
        archive.close()
    return manifest


def test_archive_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    for recipients, identity in (((), None), ((KEY.to_public(),), KEY)):
        path = tmp_path / f"{len(recipients)}"
        manifest = written(path, *recipients)

        assert check_archive(path, identity) == manifest
        assert (manifest.rows, manifest.files[0].name) == (2, "dokument/å.pdf")
        with opened_archive(path, identity) as parts:
            content = [(part.path, part.content.read()) for part in parts]
        assert content[:3] == [
            ("rows/kommun/000001.jsonl", ROWS[0]),
            ("rows/kommun/000002.jsonl", ROWS[1]),
            ("files/dokument/å.pdf", b"abc"),
        ]


def test_archive_opens_with_any_program(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    manifest = written(path)
    listed = subprocess.run(["tar", "-tzf", str(path)], capture_output=True, check=True)

    assert listed.stderr == b""
    assert listed.stdout.splitlines()[-1] == b"manifest.json"
    assert json.dumps(manifest.tables[0].sha256).encode() in gzip.decompress(path.read_bytes())


@pytest.mark.parametrize("recipients", [(), (KEY.to_public(),)], ids=["open", "encrypted"])
def test_every_flipped_bit_is_refused(
    tmp_path: Path, recipients: tuple[pyrage.x25519.Recipient, ...]
) -> None:
    path, damaged = tmp_path / "a", tmp_path / "b"
    written(path, *recipients)
    content = path.read_bytes()
    # An attempt to decrypt takes threads and time: one bit of every seventh byte.
    for place in range(0, len(content), 7 if recipients else 1):
        for bit in (place % 8,) if recipients else range(8):
            flipped = bytearray(content)
            flipped[place] ^= 1 << bit
            damaged.write_bytes(flipped)
            with pytest.raises(BackupFailed):
                check_archive(damaged, KEY)


@pytest.mark.parametrize("recipients", [(), (KEY.to_public(),)], ids=["open", "encrypted"])
def test_every_shorter_or_longer_file_is_refused(
    tmp_path: Path, recipients: tuple[pyrage.x25519.Recipient, ...]
) -> None:
    path, damaged = tmp_path / "a", tmp_path / "b"
    written(path, *recipients)
    content = path.read_bytes()
    lengths = range(0, len(content), 7 if recipients else 1)
    for wrong in (*(content[:length] for length in lengths), content[:-1], content + b"\0", content * 2):
        damaged.write_bytes(wrong)
        with pytest.raises(BackupFailed):
            check_archive(damaged, KEY)


def test_wrong_key_and_no_key_are_told(tmp_path: Path) -> None:
    written(tmp_path / "a", KEY.to_public())

    with pytest.raises(BackupFailed, match="Nyckeln passar inte"):
        check_archive(tmp_path / "a", pyrage.x25519.Identity.generate())
    with pytest.raises(BackupFailed, match="Arkivet är krypterat"):
        check_archive(tmp_path / "a", None)


@pytest.mark.parametrize("content", [b"", b"hej", b"SQLite format 3\0", gzip.compress(b"hej", mtime=0)])
def test_other_files_are_no_archives(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)

    with pytest.raises(BackupFailed):
        check_archive(tmp_path / "a", None)


def test_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "saknas"):
        with pytest.raises(BackupFailed, match="går inte att öppna"):
            check_archive(path, None)


def test_keys_that_are_none_are_told() -> None:
    with pytest.raises(BackupFailed, match="BACKUP_RECIPIENT är ingen publik nyckel"):
        recipient_of("age1fel")
    for text in ("", "# bara en kommentar\n", "fel"):
        with pytest.raises(BackupFailed, match="ingen hemlig nyckel"):
            identity_in(text)
    assert str(identity_in(f"# public key\n\n{KEY}\n")) == str(KEY)


def run_out_of_space(file: BinaryIO) -> None:
    file.write(b"halv")
    raise OSError("slut")


def test_new_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "portalen-a"
    with pytest.raises(OSError, match="slut"), new_file(path) as (file, unfinished):
        run_out_of_space(file)
    assert list(tmp_path.iterdir()) == []

    with new_file(path) as (file, unfinished):
        file.write(b"hel")
        with pytest.raises(BackupFailed, match="skrivs redan"), new_file(path):
            pass
        remove_unfinished(tmp_path, "portalen-*")
        assert (unfinished.exists(), path.exists()) == (True, False)
    assert path.read_bytes() == b"hel"
    with pytest.raises(BackupFailed, match="finns redan och skrivs inte över"), new_file(path):
        pass


def test_what_a_killed_program_left_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "portalen-a"
    (tmp_path / "portalen-a.ofardig").write_bytes(b"mycket som blev kvar")
    with new_file(path) as (file, _):
        file.write(b"ny")

    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("portalen-a", b"ny")]
