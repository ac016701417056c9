"""The development's master key: made once, for its owner's eyes only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from events.personal import MasterKeyIsExposed, master_key_in


def test_the_key_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    made = master_key_in(tmp_path / "new")
    assert len(made) == 32
    assert master_key_in(tmp_path / "new") == made
    [path] = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    master_key_in(tmp_path)
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(MasterKeyIsExposed):
        master_key_in(tmp_path)


def test_those_who_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(max_workers=8) as threads:
        assert len(set(threads.map(master_key_in, [tmp_path] * 8))) == 1
