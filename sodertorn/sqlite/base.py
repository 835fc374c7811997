"""A kept connection is used only while the file that it opened is still the database."""

import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Opening a file of many tables takes longer than most questions, so it is not done for each request."""

    _opened: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self._opened = self._file()
        return connection

    def is_usable(self) -> bool:
        """Whether nobody has moved the file, removed it, or put another in its place."""
        return self._opened == self._file()

    def _file(self) -> tuple[int, int] | None:
        """Device and number of the database's file; None for one in memory."""
        try:
            status = os.stat(self.settings_dict["NAME"])  # noqa: PTH116 - half the time of a Path's
        except OSError:
            return None
        return status.st_dev, status.st_ino
