"""A matrix as it is written over HTTP."""

from typing import Annotated, Any, Literal

from pydantic import Field

from compensation.domain.document.matrix import BANDS_MAX
from compensation.routers.numbers import Number, PartId
from edge.bodies import Body

WRITTEN_MAX = 2 * BANDS_MAX
"""Bands that a body may have at most; how many a matrix may have is one of its faults."""


class BandBody(Body):
    """The measures up to an edge, null for the last one, which is open. Two bands with one edge, upper and then lower,
    make that measure a band of its own.
    """

    up_to: Annotated[Number | None, Field(description="The edge at which the band ends; null is open.")] = None
    edge: Annotated[
        Literal["lower", "upper"], Field(description="Whether the edge belongs to this band, or to the next one.")
    ] = "lower"


class MatrixBody(Body):
    """A rate for each row and column: that of the row and the column in which both measures are."""

    rows: Annotated[list[BandBody], Field(max_length=WRITTEN_MAX)]
    across: Annotated[PartId, Field(description="The measure of the columns.")]
    columns_over: Annotated[
        Literal["attainment", "measure"], Field(description="What the edges of columns are of; `over` says it of rows.")
    ]
    columns: Annotated[list[BandBody], Field(max_length=WRITTEN_MAX)]
    rates: Annotated[
        list[Annotated[list[Number], Field(max_length=WRITTEN_MAX)]],
        Field(max_length=WRITTEN_MAX, description="Row by row."),
    ]


def bands_in(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows and columns of a written table, if it is a matrix."""
    matrix = table.get("matrix")
    return [] if matrix is None else [*matrix["rows"], *matrix["columns"]]
