"""The oracle's bands: in which row or column of a matrix a measure is."""

from collections.abc import Sequence
from fractions import Fraction

from compensation.domain.document.matrix import Band


def has(bands: Sequence[Band], place: int, measure: Fraction, unit: Fraction) -> bool:
    """Say whether a measure is in a band: above the one before, and not above its own edge."""
    is_above_last = place == 0 or not is_below(bands[place - 1], measure, unit)
    return is_above_last and is_below(bands[place], measure, unit)


def is_below(band: Band, measure: Fraction, unit: Fraction) -> bool:
    if band.up_to is None:
        return True
    edge = Fraction(band.up_to) * unit
    return measure <= edge if band.edge == "lower" else measure < edge
