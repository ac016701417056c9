"""The private Kafka broker: brought once, reached at once, and nothing of it stays behind but what should."""

import asyncio
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attain import jars
from attain.broker import answers
from events.wire.kafka.settings import settings_of
from events.wire.kafka.topics import create_topics

pytestmark = [pytest.mark.kafka, pytest.mark.system]

STARTED_AND_LEFT = """
import signal
from attain.broker import temporary_broker

with temporary_broker() as broker:
    print(broker.url, broker._home, flush=True)
    signal.pause()
"""

MAVEN = """#!/bin/sh
echo called >> "$0.log"
for word in "$@"; do folder="${word#-DoutputDirectory=}"; done
mkdir -p "$folder"; touch "$folder/kafka.jar"
"""


def test_a_killed_process_leaves_no_broker_and_no_folder_behind(kafka_url: str) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTED_AND_LEFT], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    url, home = starter.stdout.readline().split()
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    assert comes_true(lambda: not answers(url) and not Path(home).exists())


def test_the_developers_broker_takes_topics_and_stops_in_order(kafka_url: str, tmp_path: Path) -> None:
    running = subprocess.Popen([sys.executable, "-m", "attain.broker"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    settings = settings_of(running.stdout.readline().split()[0], {})
    assert [asyncio.run(create_topics(settings, ["attain.test.v1"])) for _ in range(2)] == [["attain.test.v1"], []]
    running.send_signal(signal.SIGTERM)
    assert "Stopped." in running.communicate()[0]
    assert running.returncode == 0
    assert {"data", "log", "server.properties"} <= {path.name for path in (tmp_path / "var" / "kafka").iterdir()}


def test_maven_brings_the_jars_once_whoever_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(MAVEN)
    maven.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{maven.parent}:/usr/bin:/bin")
    asking = [subprocess.Popen([sys.executable, "-c", "from attain import jars; jars.resolve()"]) for _ in range(3)]
    assert [each.wait() for each in asking] == [0, 0, 0]
    assert Path(f"{maven}.log").read_text() == "called\n"
    assert sorted(path.name for path in jars.resolve().iterdir()) == ["kafka.jar", "pom.xml"]


def test_jars_of_another_pom_are_brought_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    jars.folder().mkdir(parents=True)
    (jars.folder() / "pom.xml").write_text("<project/>")
    assert not jars.is_complete(jars.folder())
    shutil.copy(jars.POM, jars.folder())
    assert jars.is_complete(jars.folder())


def test_a_machine_without_java_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert jars.missing() == "Java 17 or newer is missing"
    with pytest.raises(jars.KafkaIsMissing, match="Java 17"):
        jars.java()


def comes_true(said: object) -> bool:
    assert callable(said)
    for _ in range(200):
        if said():
            return True
        time.sleep(0.05)
    return False
