"""What is written down to run Attain elsewhere, against the code: settings, commands, probes. No engine runs here."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml

from attain.cli import app
from attain.everything import SERVICES
from events.running import API, DRAIN_SECONDS, LAG_MAX, WORKER
from events.wire.kafka.settings import SESSION_SECONDS

ROOT = Path(__file__).parents[1]
RUNNING = ROOT / "docs" / "running.md"
DEPLOY = ROOT / "deploy"
ROW = re.compile(r"^\| `(?P<name>[A-Z_]+)`(?: \*)? \| (?P<default>[^|]+) \|", re.MULTILINE)
DATABASES = {f"ATTAIN_{name.upper()}_DATABASE_URL" for name in SERVICES}
DEFAULTS = {
    "ATTAIN_ROLES": f"`{API},{WORKER}`",
    "ATTAIN_LAG_MAX": f"`{LAG_MAX}`",
    "ATTAIN_DRAIN_SECONDS": f"`{DRAIN_SECONDS:g}`",
    "ATTAIN_KAFKA_SESSION_SECONDS": f"`{SESSION_SECONDS:g}`",
}
ROLES = [(service, role) for service in SERVICES for role in (API, WORKER)]


def documented() -> dict[str, str]:
    return {row["name"]: row["default"] for row in ROW.finditer(RUNNING.read_text())}


def read_by_the_code() -> set[str]:
    """Return the settings that libraries, services and commands name; each service's database has one."""
    found: set[str] = set()
    for folder in ("libs", "services", "deploy/attain/commands"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(re.findall(r"\bATTAIN_[A-Z_]*[A-Z]\b", path.read_text()))
    return found | DATABASES


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(documented()) - {"PORT"} == read_by_the_code()


def test_documented_defaults_are_those_of_the_code() -> None:
    command: Any = typer.main.get_command(app)
    serve: click.Command = command.commands["serve"]
    options = {option.envvar: option.default for option in serve.params if isinstance(option.envvar, str)}
    written = documented()
    said = {name: f"`{default}`" for name, default in options.items()}
    assert set(said) == {"ATTAIN_HOST", "PORT", "ATTAIN_LOG_LEVEL"}
    assert {name: written[name] for name in said | DEFAULTS} == said | DEFAULTS


def composed() -> Mapping[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def containers() -> Iterator[Mapping[str, Any]]:
    """Yield the containers of ours in the cluster's files."""
    for path in (DEPLOY / "kubernetes").rglob("*.yaml"):
        for document in yaml.safe_load_all(path.read_text()):
            if document["kind"] in {"Deployment", "StatefulSet", "Job"}:
                yield from document["spec"]["template"]["spec"]["containers"]


@pytest.mark.parametrize(("service", "role"), ROLES)
def test_compose_runs_every_service_in_every_role_on_its_own_database_alone(service: str, role: str) -> None:
    container = composed()[f"{service}-{role}"]
    assert container["command"] == ["serve", service, "--role", role]
    assert container["environment"].keys() & DATABASES == {f"ATTAIN_{service.upper()}_DATABASE_URL"}
    assert container["environment"]["ATTAIN_MODE"] == "production"
    assert "/readyz" in str(container["healthcheck"])
    assert int(container["stop_grace_period"].removesuffix("s")) > 10


def test_the_files_name_only_settings_that_there_are() -> None:
    named: set[str] = set()
    for path in (*DEPLOY.glob("*ompose.yaml"), DEPLOY / "Dockerfile", *(DEPLOY / "kubernetes").rglob("*.*")):
        named |= set(re.findall(r"\bATTAIN_[A-Z_]*[A-Z]\b", path.read_text()))
    assert named
    assert named <= set(documented())


def test_the_cluster_probes_each_role_and_gives_it_time_to_end() -> None:
    roles = {each["name"]: each for each in containers()}
    assert set(roles) == {API, WORKER, "topics"}
    for role in (API, WORKER):
        assert roles[role]["args"] == ["serve", "$(SERVICE)", "--role", role]
        assert roles[role]["livenessProbe"]["httpGet"]["path"] == "/livez"
        assert roles[role]["readinessProbe"]["httpGet"]["path"] == "/readyz"
        pod = yaml.safe_load(next(yaml_documents(f"service/{role}.yaml")))["spec"]["template"]["spec"]
        assert pod["terminationGracePeriodSeconds"] > 10


def yaml_documents(place: str) -> Iterator[str]:
    return iter((DEPLOY / "kubernetes" / place).read_text().split("\n---\n"))


@pytest.mark.parametrize("service", SERVICES)
def test_the_cluster_runs_every_service_under_its_name(service: str) -> None:
    whole = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())
    one = yaml.safe_load((DEPLOY / "kubernetes" / service / "kustomization.yaml").read_text())
    assert service in whole["resources"]
    assert (one["namePrefix"], one["configMapGenerator"][0]["literals"]) == (f"{service}-", [f"SERVICE={service}"])
    assert f"secretRef/name, value: {service}}}" in one["patches"][0]["patch"]


def test_the_image_holds_what_the_lock_names_and_nothing_else() -> None:
    steps = (DEPLOY / "Dockerfile").read_text()
    (installing,) = [step for step in steps.replace("\\\n", "").splitlines() if "pip install" in step]
    assert "--require-hashes" in installing
    assert installing.split("--requirement ")[1] == "requirements.lock"
