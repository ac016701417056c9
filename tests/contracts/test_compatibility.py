"""A contract gets new optional fields and better words, and nothing else: every other change is refused by name."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import event, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from attain.contracts.compatibility import Break, breaks
from attain.contracts.validity import validator
from events.domain import Value
from events.language.schema import document_of
from money.money import Money
from tests.contracts.drafts import Fields, Keg, Plan, changed, draft, edited, fields_of, plans, told
from tests.contracts.tavern import Barrel

LIVELY = Literal["stout", "ale", "cider"]
CALM = Literal["stout", "ale"]
SMALL = Annotated[int, msgspec.Meta(ge=0, le=10)]
PLAIN = Annotated[str, msgspec.Meta(pattern="^[a-z]+$")]
NARROW = Annotated[str, msgspec.Meta(pattern="^[a-m]+$")]


def within(fields: Fields) -> Fields:
    """Return the fields of a contract that holds a value with these fields, in a list."""
    return {"rounds": tuple[draft(fields, "RoundV1", tag=False), ...]}


FINE: list[tuple[Fields, Fields]] = [
    ({"tab_id": str}, {"tab_id": str}),
    ({"tab_id": str}, {"tab_id": str, "table": (str | None, None)}),
    ({"tab_id": str}, {"tab_id": str, "drinks": (int, 0)}),
    ({"tab_id": str}, {"tab_id": str, "barrel": (Barrel | Keg | None, None)}),
    ({"tab_id": str}, {"drinks": (int, 0), "tab_id": str}),
    (within({"drinks": int}), within({"drinks": int, "barrel": (Barrel | None, None)})),
    ({"price": Money}, {"price": draft({"amount": Decimal, "currency": str}, "Price", tag=False)}),
]

REFUSED: list[tuple[str, Fields, Fields, str, str]] = [
    ("removed", {"tab_id": str, "drinks": int}, {"tab_id": str}, "drinks", "was removed or renamed"),
    ("renamed", {"drinks": (int, 0)}, {"glasses": (int, 0)}, "drinks", "was removed or renamed"),
    ("new and required", {}, {"tab_id": str}, "tab_id", "is new and required: new fields are optional"),
    ("retyped", {"drinks": int}, {"drinks": str}, "drinks", "type was integer and is string"),
    ("reformatted", {"on": date}, {"on": str}, "on", "format was date and is absent"),
    ("an amount as a number", {"price": Decimal}, {"price": int}, "price", "type was string and is integer"),
    (
        "required now",
        {"table": (str, "")},
        {"table": str},
        "table",
        "was optional and is required: the topic holds events without it",
    ),
    (
        "optional now",
        {"table": str},
        {"table": (str, "")},
        "table",
        "was required and is optional: subscribers of today count on it",
    ),
    ("means something else", {"drinks": (int, 0)}, {"drinks": (int, 1)}, "drinks", "left out it meant 0 and means 1"),
    (
        "a word gone",
        {"beer": LIVELY},
        {"beer": CALM},
        "beer",
        "'cider' was possible: the topic holds such events",
    ),
    (
        "a word new",
        {"beer": CALM},
        {"beer": LIVELY},
        "beer",
        "'cider' is newly possible: subscribers of today cannot read it",
    ),
    ("words only", {"beer": str}, {"beer": CALM}, "beer", "enum was absent and is ['ale', 'stout']"),
    ("any word", {"beer": CALM}, {"beer": str}, "beer", "enum was ['ale', 'stout'] and is absent"),
    (
        "may be null",
        {"table": str},
        {"table": str | None},
        "table",
        "null is newly possible: subscribers of today cannot read it",
    ),
    (
        "never null",
        {"table": str | None},
        {"table": str},
        "table",
        "null was possible: the topic holds such events",
    ),
    (
        "another alternative",
        {"source": Barrel | None},
        {"source": Barrel | Keg | None},
        "source",
        "Keg is newly possible: subscribers of today cannot read it",
    ),
    (
        "an alternative gone",
        {"source": Barrel | Keg},
        {"source": Barrel},
        "source",
        "Keg was possible: the topic holds such events",
    ),
    (
        "a narrower limit",
        {"drinks": Annotated[int, msgspec.Meta(ge=0)]},
        {"drinks": SMALL},
        "drinks",
        "maximum was absent and is 10",
    ),
    (
        "a wider limit",
        {"drinks": SMALL},
        {"drinks": Annotated[int, msgspec.Meta(le=10)]},
        "drinks",
        "minimum was 0 and is absent",
    ),
    ("another pattern", {"table": PLAIN}, {"table": NARROW}, "table", "pattern was ^[a-z]+$ and is ^[a-m]+$"),
    (
        "another list",
        {"names": tuple[str, ...]},
        {"names": tuple[int, ...]},
        "names[]",
        "type was string and is integer",
    ),
    ("another mapping", {"by": dict[str, date]}, {"by": dict[str, str]}, "by{}", "format was date and is absent"),
    ("another pair", {"pair": tuple[str, int]}, {"pair": tuple[str, str]}, "pair[1]", "type was integer and is string"),
    (
        "a list of anything",
        {"names": tuple[str, ...]},
        {"names": list[Any]},
        "names[]",
        "type was string and is absent",
    ),
    ("removed inside", within({"drinks": int}), within({}), "rounds[].drinks", "was removed or renamed"),
    (
        "required inside",
        within({}),
        within({"drinks": int}),
        "rounds[].drinks",
        "is new and required: new fields are optional",
    ),
    (
        "retyped deep inside",
        within({"source": draft({"barrel_id": str}, "Barrel") | Keg}),
        within({"source": draft({"barrel_id": int}, "Barrel") | Keg}),
        "rounds[].source.barrel_id",
        "type was string and is integer",
    ),
]


@pytest.mark.parametrize(("before", "after"), FINE)
def test_a_new_optional_field_breaks_nobody(before: Fields, after: Fields) -> None:
    assert changed(draft(before), draft(after)) == []


@pytest.mark.parametrize(
    ("before", "after", "field", "rule"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
def test_any_other_change_is_named_by_contract_field_and_rule(
    before: Fields, after: Fields, field: str, rule: str
) -> None:
    assert changed(draft(before), draft(after)) == [Break("tavern.RoundServed.v1", field, rule)]


def test_several_changes_are_all_named() -> None:
    found = changed(draft({"tab_id": str, "drinks": int}), draft({"tab_id": int, "price": Money}))
    assert {str(each) for each in found} == {
        "tavern.RoundServed.v1: drinks: was removed or renamed",
        "tavern.RoundServed.v1: price: is new and required: new fields are optional",
        "tavern.RoundServed.v1: tab_id: type was string and is integer",
    }


def test_better_words_break_nobody() -> None:
    before = document_of("tavern", draft({"keg": Keg}))
    assert (
        breaks(
            "tavern.RoundServed.v1",
            before,
            before | {"description": "A small barrel.", "title": "Small", "examples": []},
        )
        == []
    )


def test_another_name_of_the_schema_breaks_those_who_look_it_up() -> None:
    before = document_of("tavern", draft({}))
    (found,) = breaks("tavern.RoundServed.v1", before, before | {"$id": "https://elsewhere.example/RoundServed"})
    assert found.rule.startswith("$id was https://schemas.attain.example/tavern/RoundServed/v1 and is ")


class Crate(Value, tag=False):
    """A crate may hold crates."""

    bottles: int
    crates: tuple["Crate", ...] = ()


def test_a_value_that_holds_its_like_is_compared_once() -> None:
    before = document_of("tavern", draft({"crate": Crate}))
    after = msgspec.json.decode(msgspec.json.encode(before))
    assert breaks("tavern.RoundServed.v1", before, after) == []
    del after["$defs"]["Crate"]["properties"]["bottles"]
    assert [each.field for each in breaks("tavern.RoundServed.v1", before, after)] == ["crate.bottles"]


@settings(max_examples=300, derandomize=True, deadline=None)
@for_all(before=plans(), nested=st.booleans(), drawing=st.data())
def test_where_nothing_breaks_the_past_is_read_anew_and_the_new_by_those_of_the_past(
    before: Plan, nested: bool, drawing: st.DataObject
) -> None:
    after = drawing.draw(edited(before))
    old, new = (draft(within(fields_of(plan)) if nested else fields_of(plan)) for plan in (before, after))
    breaking = bool(changed(old, new))
    event("breaks" if breaking else "is the same" if before == after else "grows")
    if not breaking:
        assert_read(drawing.draw(told(before)), new, nested=nested)
        assert_read(drawing.draw(told(after)), old, nested=nested)


def assert_read(values: dict[str, Any], contract: type[Value], *, nested: bool) -> None:
    """Assert that a contract's schema and its class both read what another version told."""
    event = {"type": contract.__name__, **({"rounds": [values]} if nested else values)}
    assert validator(document_of("tavern", contract))(event) == []
    msgspec.json.decode(msgspec.json.encode(event), type=contract)
