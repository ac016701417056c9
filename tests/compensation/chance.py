"""Chance with a seed: drawing whole plans one choice at a time would cost a property test most of its time."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

EDGE_DAYS = (date(2017, 1, 1), date(2017, 1, 31), date(2017, 2, 10), date(2017, 3, 31), date(2017, 4, 1))


class Chance:
    """A stream of choices that is the same for a seed; `of` begins another one, which the first does not move."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 plans and histories, not secrets

    def of(self, name: str) -> "Chance":
        return Chance(f"{self._seed}/{name}")

    def is_one_in(self, number: int) -> bool:
        return self._random.randrange(number) == 0

    def up_to(self, most: int) -> int:
        return self._random.randint(1, most)

    def choice(self, several: Sequence[T]) -> T:
        return self._random.choice(several)

    def some(self, several: Sequence[T], most: int) -> tuple[T, ...]:
        """Choose some of them, in any order."""
        return tuple(self._random.sample(several, min(most, len(several))))

    def number(self, *often: str, most: int, least: int = 0) -> Decimal:
        """Choose a round number, which meets edges exactly, or another one."""
        if self._random.randrange(3):
            return Decimal(self._random.choice(often))
        return Decimal(self._random.randint(1_000 * least, 1_000 * most)) / 1_000

    def day(self) -> date:
        """Choose a day of 2017, most often one where a month or a quarter ends or begins."""
        if self._random.randrange(3):
            return self._random.choice(EDGE_DAYS)
        return date(2017, 1, 1) + timedelta(days=self._random.randrange(365))
