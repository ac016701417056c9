"""What may be asked of an orchard's store: units that are good, refused, stumbling, repeated, or expect a version."""

from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from hypothesis import strategies as st

from events.asking import Asking, Beside, Request, Step, Unit
from events.domain import Value
from events.store.tables import deliveries
from tests.events.orchard import NOWHERE, TREE, Fell, Pick, PickOneMore, Plant, Stumble, TreeCommand
from tests.events.stores import NOON

KEYS = ("a", "b", "c", "d")
TOO_MANY_APPLES = 2**63
TOGETHER_MAX = 8
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

Commands: TypeAlias = st.SearchStrategy[TreeCommand]


class Wanted(Value, tag=False, repr_omit_defaults=True):
    """A command to a tree, rightly said to be new or not, so many hours ago."""

    key: str
    command: TreeCommand
    hours: int | None = None
    is_new: bool = False


class Wish(Value, tag=False, repr_omit_defaults=True):
    """A unit in short, so that a schedule can be read."""

    wanted: tuple[Wanted, ...]
    actor: str = "ada"
    version: int | None = None
    request: Request | None = None
    delivery: int | None = None
    is_traced: bool = False

    def unit(self, number: int) -> Unit:
        """Return the unit, asked for in a conversation of its own."""
        steps = (
            Step(
                decider=TREE,
                key=each.key,
                command=each.command,
                occurred_at=None if each.hours is None else NOON - timedelta(hours=each.hours),
                is_new=each.is_new,
            )
            for each in self.wanted
        )
        asking = Asking(
            actor=self.actor,
            at=NOON,
            correlation_id=UUID(int=number),
            causation_id=UUID(int=number + 1) if self.is_traced else None,
            traceparent=TRACEPARENT if self.is_traced else None,
            expected_version=self.version,
            request=self.request,
        )
        return Unit(steps=tuple(steps), asking=asking, beside=() if self.delivery is None else delivered(self.delivery))


def delivered(number: int) -> tuple[Beside, ...]:
    """Return the row of a delivery."""
    row = {"source": "crm", "id": f"d{number}", "day": NOON.date(), "received_at": NOON, "box": b"raw"}
    return (Beside(table=deliveries, rows=(row,)),)


plantings = st.builds(Plant, orchard=st.sampled_from(("north", "east")))
picks = st.builds(Pick, baskets=st.lists(st.integers(1, 9), max_size=3).map(tuple))
further_picks = st.builds(PickOneMore, baskets=st.integers(1, 2))
misfits = st.sampled_from((Stumble(), Plant(orchard=NOWHERE), Pick(baskets=(1, TOO_MANY_APPLES))))

growing: Commands = st.one_of(plantings, picks, further_picks, further_picks)
"""Commands after which a tree still stands. Of what was true of it, nothing but its version changes."""

all_commands: Commands = st.one_of(plantings, picks, further_picks, further_picks, st.just(Fell()), misfits)

requests = st.builds(
    Request,
    route=st.sampled_from(("POST /trees", "POST /picks")),
    key=st.sampled_from(("k1", "k2", "k3")),
    body_hash=st.sampled_from(("one", "another")),
)


@st.composite
def wishes(draw: st.DrawFn, commands: Commands = all_commands) -> Wish:
    """Return one command, or a few that belong together, or none. Only one alone expects a version of its stream."""
    one = st.builds(
        Wanted,
        key=st.sampled_from(KEYS),
        command=commands,
        hours=st.one_of(st.none(), st.integers(0, 3)),
        is_new=st.sampled_from((False, False, True)),
    )
    wanted = tuple(draw(one) for _ in range(draw(st.sampled_from((1, 1, 2, 3, 0)))))
    return Wish(
        wanted=wanted,
        actor=draw(st.sampled_from(("ada", "bob"))),
        version=draw(st.one_of(st.none(), st.none(), st.integers(0, 6))) if len(wanted) == 1 else None,
        request=draw(st.one_of(st.none(), st.none(), requests)),
        delivery=draw(st.one_of(st.none(), st.none(), st.integers(0, 99))),
        is_traced=draw(st.booleans()),
    )


batches = st.lists(wishes(), min_size=2, max_size=TOGETHER_MAX)
few = st.lists(wishes(growing), min_size=1, max_size=3)
