"""The jars of a Kafka broker: brought by Maven once, kept in a cache folder, found there ever after.

They lie in `attain/kafka/<version>` under `XDG_CACHE_HOME`, or `~/.cache`. Maven reaches its registry as its own
settings say; a cache that is complete needs neither Maven nor a network.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

POM = Path(__file__).parents[1] / "kafka" / "pom.xml"
JAVA_VERSION_MIN = 17
RESOLVE_SECONDS_MAX = 600
WORDS_MAX = 2_000


class KafkaIsMissing(Exception):
    """A broker cannot be had here: no Java, no Maven, or Maven cannot bring the jars. The message says which."""


def missing() -> str | None:
    """Say what a broker lacks here; none when nothing does."""
    if find_java() is None:
        return f"Java {JAVA_VERSION_MIN} or newer is missing"
    if not is_complete(folder()) and shutil.which("mvn") is None:
        return f"Maven is missing, and the jars of Kafka are not in {folder()}"
    return None


def java() -> Path:
    """Return the program that runs a broker. Raises `KafkaIsMissing`."""
    found = find_java()
    if found is None:
        message = f"Java {JAVA_VERSION_MIN} or newer is missing: install it, or set JAVA_HOME"
        raise KafkaIsMissing(message)
    return found


def find_java() -> Path | None:
    """Return the first Java that is new enough: JAVA_HOME's, then the path's."""
    home, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    candidates = [Path(home) / "bin" / "java"] if home else []
    candidates += [Path(on_path)] if on_path else []
    return next((each for each in candidates if each.exists() and version_of(each) >= JAVA_VERSION_MIN), None)


def version_of(program: Path) -> int:
    """Return a Java's main version, 0 if it does not tell."""
    told = subprocess.run([program, "-version"], check=False, capture_output=True, text=True)  # noqa: S603 found by us
    named = re.search(r'version "(\d+)', told.stderr)
    return int(named[1]) if named else 0


def folder() -> Path:
    """Return where the jars are kept: a folder for each version of Kafka."""
    named = re.search(r"<kafka.version>(.+)</kafka.version>", POM.read_text())
    if named is None:
        message = f"{POM} names no kafka.version"
        raise KafkaIsMissing(message)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "attain" / "kafka" / named[1]


def is_complete(jars: Path) -> bool:
    """Say whether a folder holds all jars of today's pom.xml: it is renamed into its place when it does."""
    kept = jars / POM.name
    return kept.exists() and kept.read_text() == POM.read_text()


def resolve() -> Path:
    """Return the folder of the jars; Maven brings them first where they are not there. Raises `KafkaIsMissing`."""
    jars = folder()
    if not is_complete(jars):
        jars.parent.mkdir(parents=True, exist_ok=True)
        with locked(jars.parent / "lock"):
            if not is_complete(jars):
                bring(jars)
    return jars


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Let one process at a time in."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def bring(jars: Path) -> None:
    """Let Maven copy the jars beside their place, then rename: no reader ever sees half of them."""
    with tempfile.TemporaryDirectory(prefix="coming-", dir=jars.parent) as coming:
        whole = Path(coming) / jars.name
        run(["mvn", "-q", "-B", "-C", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={whole}"])
        shutil.copy(POM, whole / POM.name)
        shutil.rmtree(jars, ignore_errors=True)
        whole.rename(jars)


def run(command: Sequence[str | Path]) -> None:
    """Run Maven, silent unless it fails."""
    try:
        done = subprocess.run(  # noqa: S603 our own command
            command, check=False, capture_output=True, text=True, timeout=RESOLVE_SECONDS_MAX
        )
    except FileNotFoundError as error:
        message = "Maven is missing: install it, so that it can bring the jars of Kafka"
        raise KafkaIsMissing(message) from error
    if done.returncode:
        message = f"Maven cannot bring the jars of Kafka: {(done.stdout + done.stderr)[-WORDS_MAX:]}"
        raise KafkaIsMissing(message)
