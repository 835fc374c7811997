"""A large file that there is no room for on the disk: told when all of it has been received."""

import errno
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

from sodertorn.upload_limit import FileOnDisk


@pytest.fixture
def handler(settings, tmp_path: Path) -> FileOnDisk:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return FileOnDisk()


def receive(handler: FileOnDisk) -> object:
    handler.new_file("file", "a.pdf", "application/pdf", None)
    for number in range(3):
        handler.receive_data_chunk(b"abc", 3 * number)
    return handler.file_complete(9)


def test_file_is_received(handler: FileOnDisk) -> None:
    file = receive(handler)
    assert isinstance(file, TemporaryUploadedFile)
    assert (file.read(), file.size) == (b"abcabcabc", 9)
    handler.upload_complete()
    file.close()


def test_full_disk_is_told_when_all_has_been_received_and_nothing_is_left(
    handler: FileOnDisk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def write(self: TemporaryUploadedFile, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryUploadedFile, "write", write)
    assert receive(handler) is None
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="No space left on device"):
        handler.upload_complete()


def test_folder_that_no_file_can_be_made_in_is_told_at_the_end(
    handler: FileOnDisk, settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "missing"
    assert receive(handler) is None
    with pytest.raises(FileNotFoundError):
        handler.upload_complete()
