"""Documents in a store that speaks S3 instead of in a folder, so that machines can share them. A leaf.

The portal fetches each file and sends it itself, since it knows who may read it: nothing there has a public
address. What is not there is a missing file, as on a disk. A store that does not answer is `DocumentsAway`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from sodertorn.unavailable import DocumentsAway

FAILURES = (BotoCoreError, ClientError, Boto3Error, RetriesExceededError)
MEMORY_BYTES = 2 * 1024 * 1024
"""Of a file that is being sent; the rest of a larger one is on the disk meanwhile."""


class ObjectStorage(S3Storage):
    """django-storages' store for S3, with this portal's patience."""

    def __init__(self, **options: Any) -> None:
        patience = Config(
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 2},
            signature_version="s3v4",
            s3={"addressing_style": "path"},
        )
        super().__init__(
            client_config=patience,
            querystring_auth=True,
            default_acl=None,
            file_overwrite=False,
            max_memory_size=MEMORY_BYTES,
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """The whole file, fetched at once, so that what fails does so before anything is sent."""
        with _told():
            opened: File[bytes] = super()._open(name, mode)
            if "r" in mode:
                opened.open()
            return opened

    def _save(self, name: str, content: IO[bytes]) -> str:
        with _told():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        with _told():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _told():
            super().delete(name)

    def size(self, name: str) -> int:
        with _told():
            return int(super().size(name))


@contextmanager
def _told() -> Iterator[None]:
    """What the store's library raises, as the rest of the portal knows it."""
    try:
        yield
    except FAILURES as error:
        raise DocumentsAway(f"{type(error).__name__}") from error
