"""What a benchmark says: one JSON line for machines, a table with ratios, noise and bars for people."""

import json
import sys
from collections.abc import Sequence
from statistics import median_low

import msgspec
from rich.console import Console
from rich.table import Table

from events.domain import Value

HEADINGS = ("store", "what", "measured", "±", "floor", "of the floor", "±", "ratio", "bar", "is it reached?")
LEFT = frozenset({"store", "what", "floor", "is it reached?"})


class Bar(Value, tag=False):
    """What the design asks for: so much at `least`, so many `times` the floor, so much or so many times at most."""

    least: float | None = None
    times: float | None = None
    most: float | None = None
    times_at_most: float | None = None

    def __str__(self) -> str:
        """Say it in a word or two."""
        parts = (
            (self.least, "≥ {:,.0f}"),
            (self.times, "≥ {:g} times the floor"),
            (self.most, "< {:,.0f}"),
            (self.times_at_most, "≤ {:g} times the floor"),
        )
        return ", ".join(words.format(limit) for limit, words in parts if limit is not None)


class Measured(Value, tag=False):
    """One number, the bar that is set for it if any, and what each round gave."""

    name: str
    value: float
    unit: str
    bar: Bar = Bar()
    rounds: tuple[float, ...] = ()

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, as a part of their median."""
        return (max(self.rounds) - min(self.rounds)) / self.value if self.rounds and self.value else 0.0


class Pair(Value, tag=False):
    """What was measured beside its floor in the same run. A store that is not `held` to bars shows none."""

    store: str
    measured: Measured
    floor: Measured
    is_held: bool = True

    @property
    def ratio(self) -> float:
        """The measured value as a part of the floor's."""
        return self.measured.value / self.floor.value if self.floor.value else 0.0

    @property
    def bar(self) -> Bar:
        """The bar that counts here."""
        return self.measured.bar if self.is_held else Bar()

    @property
    def verdict(self) -> str:
        """Say whether each bar is reached, or by how much it is missed."""
        value, bar = self.measured.value, self.bar
        parts = ((bar.least, value), (bar.times, self.ratio))
        missing = [1 - found / wanted for wanted, found in parts if wanted is not None]
        above = ((bar.most, value), (bar.times_at_most, self.ratio))
        missing += [found / wanted - 1 for wanted, found in above if wanted is not None]
        return "; ".join("reached" if part <= 0 else f"missed by {part:.0%}" for part in missing)


def median_of(rounds: Sequence[Measured]) -> Measured:
    """Return the round in the middle, with what all of them gave."""
    values = [each.value for each in rounds]
    middle = next(each for each in rounds if each.value == median_low(values))
    return msgspec.structs.replace(middle, rounds=tuple(values))


def show(pairs: Sequence[Pair]) -> None:
    """Print the table on standard error and the JSON line on standard output."""
    table = Table(
        title="Measured beside floors of the same run; ± is how far the rounds lie apart", title_justify="left"
    )
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in LEFT else "right")
    for pair in pairs:
        table.add_row(*line(pair))
    Console(file=sys.stderr, width=190).print(table)
    sys.stdout.write(json.dumps({"measured": [members(pair) for pair in pairs]}) + "\n")


def line(pair: Pair) -> Sequence[str]:
    """Return a pair's line of the table."""
    measured, floor = pair.measured, pair.floor
    return (
        pair.store,
        measured.name,
        f"{measured.value:,.0f} {measured.unit}",
        f"{measured.spread:.0%}",
        floor.name,
        f"{floor.value:,.0f}",
        f"{floor.spread:.0%}",
        f"{pair.ratio:.2f}",
        str(pair.bar),
        pair.verdict,
    )


def members(pair: Pair) -> dict[str, object]:
    """Return a pair as the JSON line has it."""
    return {
        "store": pair.store,
        "what": pair.measured.name,
        "measured": round(pair.measured.value, 1),
        "unit": pair.measured.unit,
        "rounds": [round(each, 1) for each in pair.measured.rounds],
        "floor": pair.floor.name,
        "of_floor": round(pair.floor.value, 1),
        "floor_rounds": [round(each, 1) for each in pair.floor.rounds],
        "ratio": round(pair.ratio, 3),
        "bar": str(pair.bar),
        "verdict": pair.verdict,
    }
