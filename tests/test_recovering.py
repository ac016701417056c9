"""What was told of an event brings it back: `recover` undoes `publish`, for every event that others hear of."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given as for_all

from events.domain import Recorded, Value
from events.language.catalogue import told_by
from events.running import Blueprint
from events.store.codec import Codec
from performance import publishing
from performance.domain.deal import TakeDelivery
from tests.goals.office import recorded
from tests.performance.deals import deliveries, history
from tests.stored_events.samples import BLUEPRINTS, FOLDER, places, sample_in

TOLD_IN_PART = {"NoteWritten"}
"""Events of which others hear less than they hold: the text of a note is nobody else's."""

TOLD_TO_NOBODY = {
    "AssignmentEnded",
    "CreditExcluded",
    "CreditGivenByHand",
    "DealSplitByHand",
    "ExclusionWithdrawn",
    "HandCreditWithdrawn",
    "HandSplitWithdrawn",
    "LeaveSet",
    "NoteRevised",
    "NoteShared",
    "PersonAssigned",
    "PersonErased",
    "PlanDrafted",
    "PlanRevised",
}


def own_events() -> Iterator[Any]:
    """Yield a stored sample of every service's own events."""
    for path in places():
        blueprint, sample = BLUEPRINTS[path.parent.name], sample_in(path)
        event = blueprint.codec().decode(sample.type, sample.schema, sample.text)
        if type(event).__module__.startswith(f"{blueprint.name}."):
            yield pytest.param(blueprint, event, id=path.relative_to(FOLDER).as_posix())


def there_and_back(blueprint: Blueprint, each: Recorded[Any]) -> Value | None:
    """Tell an event, as it travels, and return what comes back."""
    contract = blueprint.publish(each)
    if contract is None:
        return None
    codec = Codec(told_by(blueprint.name))
    heard = codec.decode(type(contract).__name__, 1, codec.text(contract).decode())
    return blueprint.recover(recorded(heard, each.key, each.version))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(("blueprint", "event"), list(own_events()))
def test_every_event_that_is_told_comes_back_whole(blueprint: Blueprint, event: Value, version: int) -> None:
    name = type(event).__name__
    each = recorded(event, "k-1", 1 if name == "TeamFormed" else 2 if name == "TeamChanged" else version)
    only_confirms = each.version > 1 and getattr(event, "changed", None) == ()
    told = name not in TOLD_TO_NOBODY and not only_confirms
    assert (blueprint.publish(each) is not None) is told
    assert there_and_back(blueprint, each) == (event if told and name not in TOLD_IN_PART else None)


@for_all(deliveries())
def test_whatever_deliveries_make_of_a_deal_comes_back(said: list[TakeDelivery]) -> None:
    blueprint = BLUEPRINTS["performance"]
    for version, event in enumerate(history(said)[1], 1):
        each = recorded(event, "crm.D-1", version)
        if blueprint.publish(each) is not None:
            assert there_and_back(blueprint, each) == event


def test_a_deal_whose_contract_does_not_say_whose_word_it_was_does_not_come_back() -> None:
    [path] = [path for path in places() if path.name == "DealWonV1.v1.json"]
    sample = sample_in(path)
    first = Codec(told_by("performance")).decode(sample.type, sample.schema, sample.text)
    assert publishing.recover(recorded(first)) is None


def test_what_a_service_does_not_tell_brings_nothing_back() -> None:
    stranger = importlib.import_module("events.contracts.goals").TeamChangedV1(team_id="t", name="T")
    for name in ("performance", "compensation", "feedback"):
        assert BLUEPRINTS[name].recover(recorded(stranger)) is None
