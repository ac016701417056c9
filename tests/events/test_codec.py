"""What was stored under another name or in another shape is read as today's event; what nobody knows is kept."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.domain import Value
from events.store.codec import Codec, CodecIsAmbiguous, EventIsUnreadable, Unknown
from tests.events.orchard import ApplesPicked, TreeFelled, TreePlanted


class Weight(Value, tag=False):
    """What a basket weighs."""

    amount: Decimal
    unit: Literal["kg", "lb"] = "kg"


class Sold(Value):
    """It went to somebody."""

    buyer: str


class Kept(Value):
    """It stayed in a cellar."""

    cellar: int


class BasketFilled(Value):
    """A basket is full. It was called BasketPicked, counted apples, then named its orchard, and now weighs."""

    orchard: str
    weights: tuple[Weight, ...]
    filled_on: date
    filled_at: datetime | None = None
    fate: Sold | Kept | None = None


def name_orchard(members: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew one orchard only."""
    return members | {"orchard": "north"}


def weigh(members: dict[str, Any]) -> dict[str, Any]:
    """Version 2 counted apples, of which ten were a kilogram, or in the east a pound."""
    rest = {name: member for name, member in members.items() if name != "apples"}
    unit = {"north": "kg", "east": "lb"}[members["orchard"]]
    return rest | {"weights": [{"amount": str(Decimal(members["apples"]) / 10), "unit": unit}]}


CODEC = Codec(
    (BasketFilled, TreePlanted, ApplesPicked),
    renamed={"BasketPicked": "BasketFilled", "TreeSet": "TreePlanted"},
    upcasters={"BasketFilled": (name_orchard, weigh)},
)
FILLED = BasketFilled(
    orchard="north", weights=(Weight(amount=Decimal("12.50")),), filled_on=date(2026, 9, 1), fate=Kept(cellar=2)
)
AS_IT_IS = (
    '{"type":"BasketFilled","orchard":"north","weights":[{"amount":"12.50","unit":"kg"}],"filled_on":"2026-09-01",'
    '"filled_at":null,"fate":{"type":"Kept","cellar":2}}'
)


def stored(**members: Any) -> str:
    """Return the text of a basket as it is, but for some members."""
    return msgspec.json.encode(msgspec.json.decode(AS_IT_IS) | members).decode()


def test_an_event_is_written_with_its_class_name_and_latest_version() -> None:
    assert CODEC.encode(FILLED) == ("BasketFilled", 3, AS_IT_IS)
    assert CODEC.decode("BasketFilled", 3, AS_IT_IS) == FILLED


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
instants = st.datetimes(timezones=st.just(UTC), allow_imaginary=False)
weights = st.builds(
    Weight, amount=st.decimals(allow_nan=False, allow_infinity=False), unit=st.sampled_from(("kg", "lb"))
)
fates = st.one_of(st.none(), st.builds(Sold, buyer=texts), st.builds(Kept, cellar=st.integers(-(2**63), 2**63 - 1)))


@for_all(
    st.builds(
        BasketFilled,
        orchard=texts,
        weights=st.lists(weights, max_size=3).map(tuple),
        filled_on=st.dates(),
        filled_at=st.one_of(st.none(), instants),
        fate=fates,
    )
)
def test_what_is_written_is_read_again_to_the_last_digit(event: BasketFilled) -> None:
    again = CODEC.decode(*CODEC.encode(event))
    assert again == event
    assert isinstance(again, BasketFilled)
    assert [str(each.amount) for each in again.weights] == [str(each.amount) for each in event.weights]


@pytest.mark.parametrize("name", ["BasketPicked", "BasketFilled"])
def test_the_first_version_goes_through_every_upcaster_in_their_order(name: str) -> None:
    text = f'{{"type":"{name}","apples":125,"filled_on":"2026-09-01"}}'
    expected = BasketFilled(orchard="north", weights=(Weight(amount=Decimal("12.5")),), filled_on=date(2026, 9, 1))
    assert CODEC.decode(name, 1, text) == expected


@pytest.mark.parametrize("name", ["BasketPicked", "BasketFilled"])
def test_a_later_version_goes_through_the_later_upcasters_only(name: str) -> None:
    text = f'{{"type":"{name}","apples":125,"orchard":"east","filled_on":"2026-09-01"}}'
    weight = Weight(amount=Decimal("12.5"), unit="lb")
    assert CODEC.decode(name, 2, text) == BasketFilled(orchard="east", weights=(weight,), filled_on=date(2026, 9, 1))


def test_an_old_name_is_read_as_what_it_is_called_today() -> None:
    assert CODEC.decode("TreeSet", 1, '{"type":"TreeSet","orchard":"east"}') == TreePlanted(orchard="east")
    assert CODEC.decode("BasketPicked", 3, AS_IT_IS.replace("BasketFilled", "BasketPicked")) == FILLED


@pytest.mark.parametrize(
    ("name", "schema", "text"),
    [
        ("TreeGrafted", 1, '{"type": "TreeGrafted",  "onto":"quince"}'),
        ("TreeGrafted", 7, "[1, 2.50]"),
        ("TreeFelled", 1, '{"type":"TreeFelled"}'),
        ("BasketFilled", 4, '{"type":"BasketFilled","grams":12500}'),
        ("BasketPicked", 4, '{"type":"BasketPicked","grams":12500}'),
        ("TreePlanted", 2, '{"type":"TreePlanted","row":3,"place":4}'),
    ],
)
def test_an_unknown_event_or_a_newer_version_is_kept_and_written_back_as_it_came(
    name: str, schema: int, text: str
) -> None:
    read = CODEC.decode(name, schema, text)
    assert read == Unknown(name=name, schema=schema, data=text)
    assert CODEC.encode(read) == (name, schema, text)


def test_the_next_release_reads_what_this_one_kept() -> None:
    kept = CODEC.decode("TreeFelled", 1, '{"type":"TreeFelled"}')
    assert Codec((TreeFelled,)).decode(*CODEC.encode(kept)) == TreeFelled()


def test_a_member_that_nobody_knows_is_passed_over() -> None:
    assert CODEC.decode("BasketFilled", 3, stored(colour="red")) == FILLED


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (stored(orchard=7), "Expected `str`, got `int` - at `$.orchard`"),
        (stored(orchard=None), "Expected `str`, got `null` - at `$.orchard`"),
        (stored(filled_on=0), "Expected `date`, got `int` - at `$.filled_on`"),
        (stored(filled_on="2026-02-29"), "Invalid RFC3339 encoded date - at `$.filled_on`"),
        (stored(filled_at=1_790_000_000), "at `$.filled_at`"),
        (stored(weights=[{"amount": "1"}, {"amount": "one"}]), "Invalid decimal string - at `$.weights[1].amount`"),
        (stored(weights=[{"amount": "1", "unit": "stone"}]), "Invalid enum value 'stone' - at `$.weights[0].unit`"),
        (stored(weights={"amount": "1"}), "Expected `array`, got `object` - at `$.weights`"),
        (stored(fate={"type": "Kept", "cellar": "2"}), "Expected `int`, got `str` - at `$.fate.cellar`"),
        (stored(fate={"type": "Kept", "cellar": 2.0}), "Expected `int`, got `float` - at `$.fate.cellar`"),
        (stored(fate={"type": "Eaten"}), "Invalid value 'Eaten' - at `$.fate.type`"),
        (stored(type="TreePlanted"), "Invalid value 'TreePlanted' - at `$.type`"),
        ('{"type":"BasketFilled","orchard":"north"}', "Object missing required field `weights`"),
        ("[]", "Expected `object`, got `array`"),
        (AS_IT_IS[:40], "Input data was truncated"),
    ],
)
def test_what_cannot_be_read_names_its_type_its_version_and_the_place_of_the_fault(text: str, place: str) -> None:
    with pytest.raises(EventIsUnreadable) as unreadable:
        CODEC.decode("BasketFilled", 3, text)
    told = str(unreadable.value)
    assert told.startswith("BasketFilled version 3: ")
    assert place in told


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"apples":125,"filled_on":0}', "Expected `date`, got `int` - at `$.filled_on`"),
        ('{"apples":125}', "missing required field `filled_on`"),
        ('{"filled_on":"2026-09-01"}', "its upcaster fails with KeyError('apples')"),
        ('{"apples":"many","filled_on":"2026-09-01"}', "its upcaster fails with InvalidOperation"),
        ('{"apples":125', "Input data was truncated"),
        ("125", "Expected `object`, got `int`"),
    ],
)
def test_what_cannot_be_brought_up_to_date_names_its_type_and_version_as_they_are_stored(text: str, fault: str) -> None:
    with pytest.raises(EventIsUnreadable) as unreadable:
        CODEC.decode("BasketPicked", 1, text)
    told = str(unreadable.value)
    assert told.startswith("BasketPicked version 1: ")
    assert fault in told


def test_a_name_that_would_mean_two_events_or_none_is_refused_at_the_start() -> None:
    other = type("TreePlanted", (Value,), {"__doc__": "Another event of this name."})
    with pytest.raises(CodecIsAmbiguous, match=r"^TreePlanted$"):
        Codec((TreePlanted, other))
    with pytest.raises(CodecIsAmbiguous, match=r"^TreePlanted$"):
        Codec((TreePlanted, TreeFelled), renamed={"TreePlanted": "TreeFelled"})
    with pytest.raises(CodecIsAmbiguous, match=r"^TreeSown$"):
        Codec((TreePlanted,), renamed={"TreeSet": "TreeSown", "TreeSown": "TreePlanted"})
    with pytest.raises(CodecIsAmbiguous, match=r"^TreeSown$"):
        Codec((TreePlanted,), upcasters={"TreeSown": (name_orchard,)})
