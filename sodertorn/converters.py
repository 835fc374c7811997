"""Path converters, so that an impossible year, month or day in an address is simply not found."""

from django.urls import register_converter


class Year:
    """A four-digit year that the calendar can hold."""

    regex = "(?:19|20|21)[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class TwoDigits:
    """A month or a day, always written with two digits."""

    regex = "[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class FileFormat:
    """The suffix of a file with what the page at the same address shows."""

    regex = "ics|csv|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TableFormat(FileFormat):
    """The suffix of a file with a table that the page at the same address shows."""

    regex = "csv|xlsx"


class DataFormat(FileFormat):
    """The suffix of a file with all the values that the page at the same address is made of."""

    regex = "csv|json|xlsx"


def register() -> None:
    """Make `<yyyy:…>`, `<dd:…>`, `<format:…>`, `<table:…>` and `<data:…>` known.

    Called once, by the root URLs.
    """
    register_converter(Year, "yyyy")
    register_converter(TwoDigits, "dd")
    register_converter(FileFormat, "format")
    register_converter(TableFormat, "table")
    register_converter(DataFormat, "data")
