"""Names: unique of their kind, found by those who know them, never stored."""

import asyncio
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.personal import KeyStore, NameIsTaken, PersonWasErased, open_keys
from events.personal.names import keyed_hash, normalised
from tests.personal.conftest import MASTER_KEY


async def test_a_claimed_name_finds_its_person(keys: KeyStore, other: KeyStore) -> None:
    await keys.claim("email", "ada@example.com", "p1")
    await keys.claim("email", "bob@example.com", "p2")
    assert await other.find("email", "ada@example.com") == "p1"
    assert await other.find("email", "eve@example.com") is None
    assert await other.find("crm-owner", "ada@example.com") is None
    wanted = ["bob@example.com", "eve@example.com", "Ada@Example.com"]
    assert await other.find_many("email", wanted) == {"bob@example.com": "p2", "Ada@Example.com": "p1"}


async def test_a_name_is_found_by_the_hash_that_was_kept_of_it(keys: KeyStore) -> None:
    kept = keys.hash_of("crm-owner", "Darcel Schlecht")
    assert await keys.find_hashed("crm-owner", [kept]) == {}
    assert await keys.claim("crm-owner", "Darcel Schlecht", "p1") == kept
    assert await keys.find_hashed("crm-owner", [kept, "unknown"]) == {kept: "p1"}


@pytest.mark.parametrize("spelling", ["ada LOVELACE", "  Ada Lovelace\n", "\uff21da Lovelace"])
async def test_spellings_that_a_person_would_call_the_same_are_one_name(keys: KeyStore, spelling: str) -> None:
    await keys.claim("name", "Ada Lovelace", "p1")
    with pytest.raises(NameIsTaken):
        await keys.claim("name", spelling, "p2")


async def test_a_taken_name_is_refused_and_says_only_its_kind(keys: KeyStore) -> None:
    await keys.claim("email", "ada@example.com", "p1")
    with pytest.raises(NameIsTaken) as refused:
        await keys.claim("email", "ADA@example.com", "p2")
    assert refused.value.details == {"kind": "email"}
    assert await keys.find("email", "ada@example.com") == "p1"


async def test_claiming_again_what_one_has_is_well(keys: KeyStore) -> None:
    first = await keys.claim("email", "ada@example.com", "p1")
    assert await keys.claim("email", "ada@example.com", "p1") == first


async def test_of_two_processes_that_claim_a_name_one_gets_it(keys: KeyStore, other: KeyStore) -> None:
    for number in range(10):
        outcomes = await asyncio.gather(
            keys.claim("email", f"{number}@example.com", "p1"),
            other.claim("email", f"{number}@example.com", "p2"),
            return_exceptions=True,
        )
        holder = await keys.find("email", f"{number}@example.com")
        assert sorted(type(each) is NameIsTaken for each in outcomes) == [False, True]
        assert holder == ("p1" if isinstance(outcomes[0], str) else "p2")


async def test_a_released_name_may_be_claimed_by_another(keys: KeyStore) -> None:
    await keys.claim("email", "ada@example.com", "p1")
    await keys.release("email", "ada@example.com", "p2")
    assert await keys.find("email", "ada@example.com") == "p1"
    await keys.release("email", "Ada@example.com", "p1")
    await keys.claim("email", "ada@example.com", "p2")
    assert await keys.find("email", "ada@example.com") == "p2"


async def test_an_erased_person_has_no_names_and_gets_none(keys: KeyStore) -> None:
    await keys.claim("email", "ada@example.com", "p1")
    await keys.claim("email", "bob@example.com", "p2")
    await keys.erase("p1")
    assert await keys.find_many("email", ["ada@example.com", "bob@example.com"]) == {"bob@example.com": "p2"}
    with pytest.raises(PersonWasErased):
        await keys.claim("email", "ada@example.com", "p1")
    assert await keys.find("email", "ada@example.com") is None
    await keys.claim("email", "ada@example.com", "p3")


async def test_an_erasure_and_claims_at_once_leave_no_name(keys: KeyStore, other: KeyStore) -> None:
    people = [f"p{number}" for number in range(0, 60, 2)]
    await keys.seal_many([(person, "has a key already") for person in people])
    for number in range(60):
        person, names = f"p{number}", [f"{number}-{alias}@example.com" for alias in range(4)]
        claiming = [other.claim("email", name, person) for name in names]
        await asyncio.gather(*claiming[:2], keys.erase(person), *claiming[2:], return_exceptions=True)
        assert await keys.find_many("email", names) == {}


async def test_no_name_is_in_the_file(tmp_path: Path) -> None:
    keys = await open_keys(f"sqlite:///{tmp_path / 'keys.db'}", MASTER_KEY)
    await keys.claim("email", "ada@example.com", "p1")
    await keys.seal("p1", "ada@example.com")
    await keys.close()
    assert b"ada@" not in content_of(tmp_path).lower()


def content_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


@for_all(name=st.text(max_size=30))
def test_a_name_compares_equal_to_its_other_spellings(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert normalised(f" {name.casefold()} ") == normalised(name) == normalised(decomposed)


@for_all(names=st.lists(st.tuples(st.sampled_from(["name", "email"]), st.text("abc", max_size=3)), unique=True))
def test_different_names_have_different_hashes(names: list[tuple[str, str]]) -> None:
    assert len({keyed_hash(MASTER_KEY, kind, name) for kind, name in names}) == len(names)
