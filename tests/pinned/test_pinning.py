"""What is pinned stays so: a result of today's engine is never pinned anew, and nothing pinned is forgotten."""

import json
from decimal import Decimal

import msgspec
import pytest

from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import Cap, Tier
from compensation.domain.engine.version import ENGINE_VERSION
from compensation.projections.earnings import stored
from events.rebuild import rebuild
from tests.compensation.company import Company, person, split
from tests.pinned.making import advice, changed, made
from tests.pinned.results import NAMES, YEARS, Pinned, digest_of, essence, pinned

MATRIX = "matrix"


def as_if(name: str, **said: object) -> dict[str, Pinned]:
    """Return what would be pinned if something else had been pinned of one history."""
    return pinned() | {name: msgspec.structs.replace(pinned()[name], **said)}


def test_every_history_is_pinned_by_an_engine_that_there_was() -> None:
    assert pinned().keys() == set(NAMES), "python -m tests.pinned.making; what is gone from the histories goes back"
    assert all(1 <= each.engine <= ENGINE_VERSION for each in pinned().values())


def test_making_changes_nothing_that_the_engine_of_today_has_pinned() -> None:
    known = as_if(MATRIX, engine=ENGINE_VERSION, digest="other", sums={"2017-M01 commission": "earned 61.00"})
    found, refused = made(known)
    assert found == known
    [said] = refused
    assert "2017-M01 commission: earned 61.00 → earned 60.00" in said


def test_a_new_engine_pins_what_it_changes_and_only_that() -> None:
    found, refused = made(as_if(MATRIX, engine=ENGINE_VERSION - 1, digest="other"))
    assert not refused
    assert found[MATRIX] == msgspec.structs.replace(pinned()[MATRIX], engine=ENGINE_VERSION, digest=digest_of(MATRIX))
    assert {name: each for name, each in found.items() if name != MATRIX} == {
        name: each for name, each in pinned().items() if name != MATRIX
    }


def test_a_new_history_is_pinned_beside_the_others() -> None:
    found, refused = made({name: each for name, each in pinned().items() if name != MATRIX})
    assert not refused
    assert found[MATRIX].engine == ENGINE_VERSION


@pytest.mark.parametrize("word", ["if that is not meant, undo it", "raise ENGINE_VERSION", "tests.pinned.making"])
def test_a_failure_says_what_to_do(word: str) -> None:
    assert word in advice(MATRIX)
    assert "the same sums" in changed(MATRIX, pinned()[MATRIX])


def test_each_digit_is_pinned_and_what_a_plan_leaves_open_is_not() -> None:
    assert essence(Tier(up_to=None, rate=Decimal("5.00"))) == {"rate": "5.00"}
    assert essence(Cap(amount=Decimal(5), over="deal")) == {"amount": "5", "over": "deal"}


async def test_the_same_log_gives_the_same_bytes_again(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "900.01", splits=split((person("ada"), "33.333333"), (person("bob"), "66.666667")))
    await firm.win("crm.2", "1500")
    await firm.derive()

    async def asked() -> list[bytes]:
        one, several = "/v1/statements/ada", "/v1/statements"
        asking = [(one, "application/json"), (one, "text/plain"), (several, "application/json"), (several, "text/csv")]
        return [(await firm.get(path, accept=kind, period="2017-Q1")).content for path, kind in asking]

    before = await asked()
    await rebuild(firm.store.journal)
    assert await asked() == before
    said = json.loads(before[0])
    assert said["engine_version"] == json.loads(before[2])["engine_version"] == ENGINE_VERSION
    assert f"computed up to position {said['computed_up_to']} by engine {ENGINE_VERSION}" in before[1].decode()
    rows = await firm.store.read(stored)
    assert {each.engine_version for each in rows} == {ENGINE_VERSION}


def test_every_plan_that_is_pinned_could_be_published() -> None:
    versions = [(name, version) for name, year in YEARS.items() for version in year.versions]
    assert [(name, found) for name, version in versions if (found := faults_of(version.document))] == []
