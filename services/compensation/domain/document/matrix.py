"""A matrix: rates by two measures at once, in rows of what the component measures and columns of another measure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

from events.domain import Value

Side: TypeAlias = Literal["lower", "upper"]
"""To which of its two bands a measure exactly on an edge belongs."""

BANDS_MAX = 50
"""Rows that a matrix has at most, and columns."""


class Band(Value, tag=False):
    """The measures up to an edge, the last of which is open. `edge` says whether the edge itself belongs to this band
    (lower) or to the next one (upper). Two bands with one edge, upper and then lower, make that measure a band of its
    own.
    """

    up_to: Decimal | None
    edge: Side = "lower"


class Matrix(Value, tag=False):
    """A rate for each row and column: that of the row and the column in which both measures are."""

    rows: tuple[Band, ...]
    across: str
    """The measure of the columns."""
    columns_over: Literal["attainment", "measure"]
    columns: tuple[Band, ...]
    rates: tuple[tuple[Decimal, ...], ...]


def band_at(edges: Sequence[tuple[Decimal | None, Side]], measure: Decimal) -> int:
    """Return the place of the band in which a measure is, by the edges of bands in their order."""
    for place, (up_to, edge) in enumerate(edges):
        if up_to is None or measure < up_to or (measure == up_to and edge == "lower"):
            return place
    return len(edges) - 1


def shape_faults(at: str, matrix: Matrix) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the bands of a matrix, and with how many rates it has."""
    for name, bands in (("rows", matrix.rows), ("columns", matrix.columns)):
        if not 1 <= len(bands) <= BANDS_MAX:
            yield f"{at}/{name}", f"1 to {BANDS_MAX} {name}"
        yield from band_faults(f"{at}/{name}", bands)
    if len(matrix.rates) != len(matrix.rows):
        yield f"{at}/rates", f"as many lists of rates as rows: {len(matrix.rows)}"
    for place, rates in enumerate(matrix.rates):
        if len(rates) != len(matrix.columns):
            yield f"{at}/rates/{place}", f"as many rates as columns: {len(matrix.columns)}"


def band_faults(at: str, bands: Sequence[Band]) -> Iterator[tuple[str, str]]:
    """Name what is wrong with edges: they rise from above 0, and the last band alone is open."""
    below = Band(up_to=Decimal(0), edge="lower")
    for place, band in enumerate(bands):
        is_last = place == len(bands) - 1
        if band.up_to is None or is_last:
            if band.up_to is not None:
                yield f"{at}/{place}/up_to", "the last band is open: null"
            elif not is_last:
                yield f"{at}/{place}/up_to", "only the last band is open"
            continue
        is_point = place > 0 and band.up_to == below.up_to and (below.edge, band.edge) == ("upper", "lower")
        if below.up_to is not None and band.up_to <= below.up_to and not is_point:
            yield f"{at}/{place}/up_to", f"an edge is above the one before it ({below.up_to:f})"
        below = band


def band_in_words(bands: Sequence[Band], place: int, *, is_percent: bool) -> str:
    """Return a band: `below 80% of quota`, `from 80% to below 100% of quota`, `above 3`; exactly, where it is one
    measure only.
    """
    band, before = bands[place], bands[place - 1] if place else None
    low, high = (None if each is None else edge_in_words(each.up_to, is_percent=is_percent) for each in (before, band))
    of = " of quota" if is_percent else ""
    is_from = before is not None and before.edge == "upper"
    if low is None and high is None:
        return "whatever it is"
    if high is None:
        return f"from {low}{of} on" if is_from else f"above {low}{of}"
    if low is None:
        return f"{'up to' if band.edge == 'lower' else 'below'} {high}{of}"
    if low == high:
        return f"exactly {high}{of}"
    return f"{'from' if is_from else 'above'} {low} {'up to' if band.edge == 'lower' else 'to below'} {high}{of}"


def edge_in_words(up_to: Decimal | None, *, is_percent: bool) -> str | None:
    """Return an edge as it is read; nothing where a band is open."""
    return None if up_to is None else f"{up_to.normalize():f}{'%' if is_percent else ''}"
