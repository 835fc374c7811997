"""Documents' files in the store: under names of the portal's own, and there only if their rows are.

A file is written once and never changed or deleted by the portal. A row that has been deleted, or that has
got a newer file, can be restored from its history for good, and then needs the file it had. Without a row no
address leads to a file. One that must be gone for good, such as one with personal data by mistake, is deleted
from the folder by whoever runs the portal.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone

from committee.documents import CheckedFile
from committee.models import Document


class NewFiles:
    """The files that have been stored in one transaction."""

    def __init__(self) -> None:
        self._stored: list[tuple[Storage, str]] = []

    def add(self, document: Document, file: CheckedFile) -> None:
        """Store the file and put what is known of it on the document, which is left to save."""
        document.file_name = file.file_name
        document.media_type = file.format.media_type
        document.size = file.size
        document.sha256 = file.sha256
        name = f"{timezone.localdate().year}/{uuid.uuid4().hex}.{file.format.suffix}"
        # Noted first: a disk that gets full leaves the beginning of a file.
        self._stored.append((document.file.storage, document.file.field.generate_filename(document, name)))
        document.file.save(name, file.content, save=False)

    def remove(self) -> None:
        for storage, name in self._stored:
            storage.delete(name)


@contextmanager
def new_files() -> Iterator[NewFiles]:
    """A transaction in which files are stored with their rows. If it is rolled back, the files go too.

    They are written before the rows, so that a row without its file can't be. Should the computer stop in
    between, a file is left that nothing leads to.
    """
    stored = NewFiles()
    try:
        with transaction.atomic():
            yield stored
    except BaseException:
        stored.remove()
        raise


def with_the_same_content(document: Document) -> Document | None:
    """Another document that has the same file, if there is one."""
    return Document.objects.filter(sha256=document.sha256).exclude(pk=document.pk).first()
