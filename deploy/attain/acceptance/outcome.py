"""What came of each row, and how it is said: one line a row, and one line for all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from events.domain import Value

Kind: TypeAlias = Literal["passed", "failed", "missing", "later"]

KINDS: tuple[Kind, ...] = ("passed", "failed", "missing", "later")


class Outcome(Value, tag=False):
    """A row that was run: what its source states, and what the product's statements say."""

    id: str
    expected: tuple[str, ...]
    got: tuple[str, ...]
    note: str = ""

    @property
    def kind(self) -> Kind:
        """Say whether every figure is as it is expected."""
        return "passed" if self.expected == self.got else "failed"

    @property
    def words(self) -> str:
        """Both, side by side."""
        return f"expected {'; '.join(self.expected)}  got {'; '.join(self.got)}"


class NotRun(Value, tag=False):
    """A row that was not run: because the product cannot do it yet, or because it is no pay."""

    id: str
    kind: Kind
    words: str


Row: TypeAlias = Outcome | NotRun


def not_run(kind: Kind, rows: Mapping[str, str]) -> list[NotRun]:
    """Return rows that are not run."""
    return [NotRun(id=id_, kind=kind, words=words) for id_, words in rows.items()]


def said(rows: Sequence[Row]) -> list[str]:
    """Return all lines: the rows in the order of their kinds, how some were read, then how many there are of each."""
    ordered = sorted(rows, key=lambda row: KINDS.index(row.kind))
    counts = Counter(row.kind for row in rows)
    return [
        *(f"{row.id:<5} {row.kind:<8} {row.words}" for row in ordered),
        *(f"{row.id:<5} as read  {row.note}" for row in rows if isinstance(row, Outcome) and row.note),
        ", ".join(f"{counts[kind]} {kind}" for kind in KINDS),
    ]


def exit_code(rows: Iterable[Row]) -> int:
    """Return 0 only when nothing failed."""
    return int(any(row.kind == "failed" for row in rows))
