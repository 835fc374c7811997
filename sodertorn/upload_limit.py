"""How much may be sent to the portal, and there is room for, seen to while it is being received. A leaf.

A request that says it is too large is answered before any of it is read, and so is one that does not say how
large it is. A file that grows too large is not kept any further: it reaches the form with its name and its
size but without content, so that the form can say which file it was, beside whatever else was wrong.
"""

import contextlib
from collections.abc import Callable, Iterator
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

LENGTH_REQUIRED, CONTENT_TOO_LARGE = 411, 413


def limit_request_size(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: refuse what is too large as a whole."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_REQUEST_SIZE:
            return _refusal(request, CONTENT_TOO_LARGE)
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return _refusal(request, LENGTH_REQUIRED)
        return get_response(request)

    return middleware


def _refusal(request: HttpRequest, status: int) -> HttpResponseBase:
    largest = {
        "file": settings.MAX_UPLOAD_SIZE // 1_000_000,
        "request": settings.MAX_REQUEST_SIZE // 1_000_000,
    }
    context = {"status": status, "largest": largest}
    return render(request, "413.html", context, status=status)


class FileSizeLimit(FileUploadHandler):
    """First among the handlers: passes a file on to them as long as it is not too large."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        return raw_data if self.received <= settings.MAX_UPLOAD_SIZE else None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        if self.received <= settings.MAX_UPLOAD_SIZE:
            return None
        return InMemoryUploadedFile(
            BytesIO(), self.field_name, self.file_name, self.content_type, self.received, self.charset
        )


class FileOnDisk(TemporaryFileUploadHandler):
    """Last among the handlers: puts a large file on the disk.

    That there was no room is told when everything has been received: who is still sending reads no answer.
    """

    failure: OSError | None = None

    def new_file(self, *args: object, **kwargs: object) -> None:
        with self._noting_failure():
            super().new_file(*args, **kwargs)  # type: ignore[arg-type]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.failure is None:
            with self._noting_failure():
                super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.failure is None:
            with self._noting_failure():
                return super().file_complete(file_size)
        return None

    def upload_complete(self) -> None:
        if self.failure is not None:
            raise self.failure

    @contextlib.contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            self.failure = failure
            with contextlib.suppress(OSError):
                self.upload_interrupted()
