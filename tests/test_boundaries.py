"""Who may import whom: the rules hold, each of them bites, and a service needs none of the others."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("libs", "services", "deploy")
SERVICES = ("compensation", "feedback", "goals", "performance")

APART = "Services do not know each other"
LIBRARIES = "Libraries know no service, events knows no edge"
INSIDE = "Inside a service: routers and reactions, then facts, then rules; no stray modules"
DOMAIN = "The domain is pure: of events it sees events.domain, and no I/O however indirectly"
MONEY = "Money and fiscal calendars are pure"
LANGUAGE = "What a domain or a subscriber imports of events is pure"
EVENTS = "Events speaks no HTTP"
PROJECTIONS = "Projections speak no HTTP and no telemetry"
REACTIONS = "Publishing, hearing and due are pure functions"
READ_MODELS = "Publishing and hearing read no read models"
DERIVING = "Deriving is pure and tells no contracts"
GATHERING = "Gathering speaks neither HTTP nor contracts"
ROUTERS = "Routers hold no SQL and no contracts"

BREAKS = [
    (APART, "services/goals/projections/broken.py", "import performance.domain"),
    (LIBRARIES, "libs/events/broken.py", "import goals.domain"),
    (LIBRARIES, "libs/events/broken.py", "import edge.clock"),
    (LIBRARIES, "libs/edge/broken.py", "import feedback.domain"),
    (LIBRARIES, "services/goals/projections/broken.py", "import attain.cluster"),
    (INSIDE, "services/goals/domain/broken.py", "import goals.projections"),
    (INSIDE, "services/goals/projections/broken.py", "import goals.routers"),
    (INSIDE, "services/goals/gathering.py", "import goals.routers"),
    (INSIDE, "services/goals/due.py", "import goals.routers"),
    (INSIDE, "services/goals/stray.py", ""),
    (DOMAIN, "services/goals/domain/broken.py", "import sqlalchemy"),
    (DOMAIN, "services/goals/domain/broken.py", "import fastapi"),
    (DOMAIN, "services/compensation/domain/engine/broken.py", "import pydantic"),
    (DOMAIN, "services/goals/domain/broken.py", "import asyncio"),
    (DOMAIN, "services/goals/domain/broken.py", "import time"),
    (DOMAIN, "services/goals/domain/broken.py", "import opentelemetry.trace"),
    (DOMAIN, "services/goals/domain/broken.py", "import events.contracts.goals"),
    (DOMAIN, "services/goals/domain/broken.py", "from events.store import codec"),
    (DOMAIN, "libs/events/domain.py", "import asyncio"),
    (MONEY, "libs/money/broken.py", "import sqlalchemy"),
    (MONEY, "libs/fiscal/broken.py", "from events.store import columns"),
    (LANGUAGE, "libs/events/contracts/broken.py", "import asyncio"),
    (EVENTS, "libs/events/broken.py", "import fastapi"),
    (PROJECTIONS, "services/goals/projections/broken.py", "import fastapi"),
    (PROJECTIONS, "services/goals/projections/broken.py", "import opentelemetry.trace"),
    (REACTIONS, "services/goals/publishing.py", "import sqlalchemy"),
    (REACTIONS, "services/goals/hearing.py", "import asyncio"),
    (REACTIONS, "services/goals/due.py", "import fastapi"),
    (READ_MODELS, "services/goals/publishing.py", "import goals.projections"),
    (READ_MODELS, "services/goals/hearing.py", "import goals.projections"),
    (DERIVING, "services/compensation/deriving/broken.py", "import sqlalchemy"),
    (DERIVING, "services/compensation/deriving/broken.py", "import opentelemetry.metrics"),
    (DERIVING, "services/compensation/deriving/broken.py", "import events.contracts.compensation"),
    (GATHERING, "services/goals/gathering.py", "import fastapi"),
    (ROUTERS, "services/goals/routers/broken.py", "import sqlalchemy"),
    (ROUTERS, "services/goals/routers/broken.py", "import events.contracts.goals"),
]

ALONE = """
import asyncio, importlib, importlib.util, pkgutil, sys
import httpx

name, others = sys.argv[1], sys.argv[2:]

async def start(app):
    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
            print((await client.get("/livez")).status_code, (await client.get("/readyz")).status_code)

for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
    if ".migrations" not in module.name:
        importlib.import_module(module.name)
asyncio.run(start(importlib.import_module(f"{name}.main").app))
assert not [other for other in others if other in sys.modules or importlib.util.find_spec(other)]
"""


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the rules in a tree."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(root / folder) for folder in FOLDERS), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_imports_obey_the_rules() -> None:
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(("rule", "path", "line"), BREAKS)
def test_a_forbidden_import_is_caught(rule: str, path: str, line: str, tmp_path: Path) -> None:
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / path
    broken.parent.mkdir(exist_ok=True)
    (broken.parent / "__init__.py").touch()
    with broken.open("a") as file:
        file.write(f"\n{line}\n")
    checked = lint_imports(tmp_path)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert f"{rule} BROKEN" in checked.stdout


@pytest.mark.system
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_without_the_others(service: str, tmp_path: Path) -> None:
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / service).symlink_to(ROOT / "services" / service)
    path = [ROOT / "libs", tmp_path / "only", sysconfig.get_paths()["purelib"]]
    others = [other for other in SERVICES if other != service]
    # -S: without the environment's own path file, which names the folder of all services.
    started = subprocess.run(
        [sys.executable, "-S", "-c", ALONE, service, *others],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "ATTAIN_FOLDER": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode, started.stdout) == (0, "200 200\n"), started.stderr
