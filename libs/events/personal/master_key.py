"""The master key that wraps all others. In production it comes from the settings, in development from a file."""

import os
from pathlib import Path
from tempfile import mkstemp

from events.personal.boxes import KEY_BYTES, Random

ANYONE_ELSE = 0o077


class MasterKeyIsExposed(Exception):
    """Others may read the file of the master key: `chmod 600` it, or make a new one."""


def master_key_in(folder: Path, random: Random = os.urandom) -> bytes:
    """Return the key in a folder's `master.key`, made on first use; processes that start at once agree on one.

    Raises `MasterKeyIsExposed` if anyone but its owner may read it.
    """
    path = folder / "master.key"
    if not path.exists():
        _make(path, random(KEY_BYTES))
    if path.stat().st_mode & ANYONE_ELSE:
        raise MasterKeyIsExposed(path)
    return bytes.fromhex(path.read_text())


def _make(path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = mkstemp(dir=path.parent, prefix=path.name)  # readable by its owner only
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(descriptor)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
