"""Whether those host whose turn it is: turns against the order, and meetings against turns (section 7)."""

from collections.abc import Iterator, Mapping, Sequence

from calendar_app.occasion import Occasion
from calendar_app.rotation import Cycle
from calendar_app.rules.terms import Finding, RotationRule, Severity, name_of, named
from sodertorn.prose import join_swedish


def hosts_in_turn(
    occasions: Sequence[Occasion], rotation: RotationRule, year: int, names: Mapping[str, str]
) -> Iterator[Finding]:
    """Where the year's turns break the order, or its meetings are hosted by others than whose turn it is.

    Meetings without a turn of their own take, one after the other, the year's turns that have no meeting
    among `occasions`, and then what the order gives: so a proposal can be checked before it has any turns.
    """
    cycle = Cycle(rotation.order, rotation.swaps, rotation.first_turn)
    yield from _broken_turns(rotation, cycle, year, names)
    turns = {turn.url: turn for turn in rotation.turns if turn.url}
    turnless = []
    for occasion in sorted(occasions, key=lambda occasion: occasion.ends_on):
        turn = turns.get(occasion.url)
        if turn and occasion.is_cancelled:
            yield Finding(
                Severity.WARNING,
                "turn",
                f"{named(occasion)} är inställt men har kvar tur {turn.number}, "
                f"{name_of(turn.municipality, names)}. Ge turen ett annat möte.",
                occasion.url,
            )
        elif turn:
            yield from _wrong_host(occasion, turn.number, turn.municipality, names)
        elif rotation.consumes_turn(occasion):
            turnless.append(occasion)
    free = _free_turns(occasions, rotation, cycle, year, len(turnless))
    for occasion, (number, municipality) in zip(turnless, free, strict=True):
        if occasion.url:
            sentence = f"{named(occasion)} har ingen tur i ordningen. Näst på tur är tur {number}, "
            sentence += f"{name_of(municipality, names)}."
            yield Finding(Severity.INFO, "turn", sentence, occasion.url)
        yield from _wrong_host(occasion, number, municipality, names)


def _broken_turns(
    rotation: RotationRule, cycle: Cycle[str], year: int, names: Mapping[str, str]
) -> Iterator[Finding]:
    turns = {turn.number: turn for turn in rotation.turns if turn.year == year}
    for found in cycle.breaks((turn.number, turn.municipality) for turn in turns.values()):
        yield Finding(
            Severity.WARNING,
            "turn",
            f"{rotation.name}: tur {found.number} är till {name_of(found.host, names)}, men enligt ordningen "
            f"till {name_of(found.promised, names)}. Inget byte är antecknat.",
            turns[found.number].url,
        )


def _free_turns(
    occasions: Sequence[Occasion], rotation: RotationRule, cycle: Cycle[str], year: int, count: int
) -> list[tuple[int, str]]:
    """The year's turns without a meeting among the occasions, and then those that follow the last one."""
    addresses = {occasion.url for occasion in occasions if occasion.url}
    free = [
        (turn.number, turn.municipality)
        for turn in rotation.turns
        if turn.year == year and turn.url not in addresses
    ][:count]
    last = max((turn.number for turn in rotation.turns), default=0)
    return free + cycle.turns_after(last, count - len(free))


def _wrong_host(
    occasion: Occasion, number: int, municipality: str, names: Mapping[str, str]
) -> Iterator[Finding]:
    if occasion.hosts and municipality not in occasion.hosts:
        hosts = join_swedish(name_of(host, names) for host in occasion.hosts)
        yield Finding(
            Severity.WARNING,
            "turn",
            f"{named(occasion)} hålls i {hosts}, men tur {number} är till {name_of(municipality, names)}.",
            occasion.url,
        )
