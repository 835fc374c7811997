"""What number a person or another program wrote: "1 280 000", "2,83", "−5". A leaf: it knows no app.

What could be read in two ways is refused instead of guessed at.
"""

import re
from decimal import Decimal

# Statistics and spreadsheets group with several kinds of spaces, and write more than one minus.
_SPACES = dict.fromkeys(
    map(ord, "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"), " "
)
_SIGNS = {ord("\N{MINUS SIGN}"): "-", ord("\N{NON-BREAKING HYPHEN}"): "-"}
_NUMBER = re.compile(r"(-?)([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:([.,])([0-9]+))?")
_LONGEST = 30


def written_number(text: str) -> Decimal:
    """The number that was written. Raises ValueError with the reason in Swedish, to be shown after the place.

    Groups of three digits may have spaces of any kind between them. Decimals follow a comma or a full stop,
    but not three of them: "1.280" and "1,280" are a thousand to some and a little more than one to others.
    """
    plain = text.translate(_SPACES).translate(_SIGNS).strip()
    if not plain:
        raise ValueError("talet saknas")
    match = _NUMBER.fullmatch(plain) if len(plain) <= _LONGEST else None
    if match is None:
        raise ValueError(f"{shown(text)} är inte ett tal")
    sign, whole, mark, decimals = match.groups()
    if mark and len(decimals) == 3 and len(whole) <= 3:
        raise ValueError(
            f"{shown(text)} kan läsas på två sätt: skriv tusental med mellanslag och högst två decimaler"
        )
    return (
        Decimal(f"{sign}{whole.replace(' ', '')}.{decimals or '0'}")
        if mark
        else Decimal(f"{sign}{whole.replace(' ', '')}")
    )


def written_whole_number(text: str) -> int:
    """The whole number that was written: "1 280 000" and "12,0". Raises ValueError as `written_number`."""
    number = written_number(text)
    if number != number.to_integral_value():
        raise ValueError(f"{shown(text)} är inte ett heltal")
    return int(number)


def shown(text: str) -> str:
    """What was written, in quotes, and cut if it is long."""
    return f"”{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}”"
