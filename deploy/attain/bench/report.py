"""What a benchmark says: one JSON line for machines, a table with ratios for people."""

import json
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from events.domain import Value


class Measured(Value, tag=False):
    """One rate, and the bar that the design sets for it on PostgreSQL, if any."""

    name: str
    rate: float
    unit: str
    bar: str = ""


class Pair(Value, tag=False):
    """What was measured beside its floor in the same run."""

    store: str
    measured: Measured
    floor: Measured

    @property
    def ratio(self) -> float:
        """The measured rate as a part of the floor's."""
        return self.measured.rate / self.floor.rate


def show(pairs: Sequence[Pair]) -> None:
    """Print the table on standard error and the JSON line on standard output."""
    table = Table(title="Measured beside floors of the same run", title_justify="left")
    for heading in ("store", "what", "rate", "floor", "rate of the floor", "ratio", "bar"):
        table.add_column(
            heading, justify="right" if heading in {"rate", "rate of the floor", "ratio", "bar"} else "left"
        )
    for pair in pairs:
        table.add_row(
            pair.store,
            pair.measured.name,
            f"{pair.measured.rate:,.0f} {pair.measured.unit}",
            pair.floor.name,
            f"{pair.floor.rate:,.0f}",
            f"{pair.ratio:.2f}",
            pair.measured.bar,
        )
    Console(file=sys.stderr, width=150).print(table)
    rows = [
        {
            "store": pair.store,
            "what": pair.measured.name,
            "rate": round(pair.measured.rate),
            "floor": pair.floor.name,
            "floor_rate": round(pair.floor.rate),
            "ratio": round(pair.ratio, 3),
        }
        for pair in pairs
    ]
    sys.stdout.write(json.dumps({"measured": rows}) + "\n")
