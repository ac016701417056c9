"""What the environment says of a process, and what it refuses before anything is opened."""

import pytest

from edge.clock import utc_now
from events.running import SettingIsWrong, from_environment

KEY = "00" * 32
PRODUCTION = {
    "ATTAIN_MODE": "production",
    "ATTAIN_GOALS_DATABASE_URL": "postgresql+asyncpg://goals@database/goals",
    "ATTAIN_KEYS_URL": "postgresql+asyncpg://keys@database/keys",
    "ATTAIN_WIRE_URL": "kafka://one:9092,two:9092",
    "ATTAIN_MASTER_KEY": KEY,
}


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"ATTAIN_MODE"}))
def test_in_production_nothing_is_guessed(name: str) -> None:
    assert from_environment("goals", utc_now, PRODUCTION).master_key == bytes.fromhex(KEY)
    with pytest.raises(SettingIsWrong, match=name):
        from_environment("goals", utc_now, {key: value for key, value in PRODUCTION.items() if key != name})


@pytest.mark.parametrize("key", ["", "secret words", KEY[:-2], KEY + "00"])
def test_a_master_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(SettingIsWrong) as refused:
        from_environment("goals", utc_now, {"ATTAIN_MASTER_KEY": key})
    assert str(refused.value) == "ATTAIN_MASTER_KEY is 64 hexadecimal digits"


@pytest.mark.parametrize(
    ("said", "roles"), [("api", {"api"}), ("worker", {"worker"}), ("api, worker", {"api", "worker"})]
)
def test_roles_are_a_list_with_commas(said: str, roles: set[str]) -> None:
    assert from_environment("goals", utc_now, {"ATTAIN_ROLES": said}).roles == roles


@pytest.mark.parametrize("said", ["", "wrker", "api worker", "api,,worker"])
def test_a_role_that_there_is_not_is_refused(said: str) -> None:
    with pytest.raises(SettingIsWrong, match="api, worker or both with a comma"):
        from_environment("goals", utc_now, {"ATTAIN_ROLES": said})
