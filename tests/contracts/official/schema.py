"""AsyncAPI's own JSON Schema, from the package of its authors: another hand to judge our document.

npm brings it once, pinned by the lock beside this file, into a folder of the user's cache. None of its code runs.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FILES = [Path(__file__).parent / name for name in ("package.json", "package-lock.json")]
MISSING = "AsyncAPI's own schema is missing: install Node with npm, which brings it once"
BRINGING_SECONDS_MAX = 120


def place() -> Path:
    """Return where the package of this lock is kept."""
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cached / "attain" / "asyncapi" / hashlib.sha256(FILES[1].read_bytes()).hexdigest()[:16]


def bring(where: Path) -> None:
    """Install the package, whole or not at all; another process may be faster."""
    where.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=where.parent) as folder:
        for each in FILES:
            shutil.copy(each, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        with suppress(subprocess.SubprocessError):
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=BRINGING_SECONDS_MAX)
        with suppress(OSError):
            (Path(folder) / "node_modules").rename(where)


@cache
def official_schema(version: str) -> Any:
    """Return the schema of a version of AsyncAPI; skip the test, or fail it where it is required, without it."""
    path = place() / "@asyncapi" / "specs" / "schemas" / f"{version}.json"
    if not path.exists() and shutil.which("npm"):
        bring(place())
    if not path.exists() and "asyncapi" in os.environ.get("ATTAIN_REQUIRE", ""):
        pytest.fail(MISSING)
    if not path.exists():
        pytest.skip(MISSING)
    return json.loads(path.read_text())
