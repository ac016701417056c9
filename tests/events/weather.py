"""A second kind of fact for the tests of derivations: frost that takes a share of each harvest of an estate."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Table, Text, select

from events.deriving import Derivation, Derived, group
from events.domain import Decider, Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from tests.events.harvest import estate_of, harvest_facts, tree_keys
from tests.events.orchard import TreeRow, tables, trees

weathers = Table(
    "weathers",
    tables,
    Column("estate", Text, primary_key=True),
    Column("percent_lost", Integer, nullable=False),
)

yields = Table(
    "yields",
    tables,
    Column("orchard", Text, primary_key=True),
    Column("apples", BigInteger, nullable=False),
)


class FrostReported(Value):
    """Frost has taken so much of an estate's apples."""

    percent_lost: int


class ReportFrost(Value):
    """Report how much of an estate's apples frost has taken."""

    percent_lost: int


def report(command: ReportFrost, _weather: None) -> list[FrostReported]:
    """Take it down as it comes."""
    return [FrostReported(percent_lost=command.percent_lost)]


def evolve(_weather: None, _event: FrostReported) -> None:
    """Remember nothing: each report stands for itself."""


WEATHER = Decider[ReportFrost, None, FrostReported](
    kind="weather", initial=None, decide=report, evolve=evolve, events=(FrostReported,)
)


class WeatherRow(Value, tag=False):
    """What frost has taken of an estate's apples, as last reported."""

    estate: str
    percent_lost: int


def project(rows: Rows[WeatherRow], recorded: Recorded[Any]) -> Rows[WeatherRow]:
    """Keep the last report."""
    return rows.put(WeatherRow(estate=recorded.key, percent_lost=recorded.event.percent_lost))


WEATHERS = Projection(table=weathers, row=WeatherRow, kind="weather", project=project)


class YieldRow(Value, tag=False):
    """What frost has left of an orchard's apples."""

    orchard: str
    apples: int


class YieldFacts(Value, tag=False):
    """An orchard's trees, and what frost has taken."""

    trees: tuple[TreeRow, ...]
    percent_lost: int


def yield_facts(reading: Reading, keys: Sequence[str]) -> Mapping[str, YieldFacts]:
    """Read the trees of orchards and the weather of their estates."""
    found = reading.rows(
        select(weathers).where(reading.among(weathers.c.estate, {estate_of(key) for key in keys})), WeatherRow
    )
    lost = {row.estate: row.percent_lost for row in found}
    return {
        key: YieldFacts(trees=tuple(rows), percent_lost=lost.get(estate_of(key), 0))
        for key, rows in harvest_facts(reading, keys).items()
    }


def reckon(facts: YieldFacts) -> Derived[YieldRow]:
    """Take the frost's share from what the trees have borne."""
    apples = sum(row.apples for row in facts.trees)
    left = apples * (100 - facts.percent_lost) // 100
    return Derived(rows=(YieldRow(orchard=facts.trees[0].orchard or "", apples=left),))


def weather_keys(row: WeatherRow) -> Iterable[str]:
    """Frost falls on all orchards of an estate."""
    return (group("estate", row.estate),)


def orchards_of(reading: Reading, estate: str) -> Iterable[str]:
    """Return an estate's orchards."""
    names = [name for (name,) in reading.tuples(select(trees.c.orchard).distinct())]
    return [name for name in names if estate_of(name) == estate]


YIELDS = Derivation(
    table=yields,
    row=YieldRow,
    facts=yield_facts,
    derive=reckon,
    keys={"trees": tree_keys, "weathers": weather_keys},
    groups={"estate": orchards_of},
)


def yield_rows(reading: Reading) -> list[YieldRow]:
    """Return the yields that were derived."""
    return reading.rows(select(yields).order_by(yields.c.orchard), YieldRow)


def weather_rows(reading: Reading) -> list[WeatherRow]:
    """Return what was last reported of each estate."""
    return reading.rows(select(weathers).order_by(weathers.c.estate), WeatherRow)
