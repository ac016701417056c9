"""Kafka for development, tests and benchmarks: a broker of its own, from the jars that Apache publishes.

`python -m attain.broker` runs one until Ctrl-C, its data under `var/kafka`, and prints its address. `temporary_broker`
is the same for the length of a `with`. `Broker` can be stopped, killed and started again on the same data.
"""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from attain.jars import POM, WORDS_MAX, KafkaIsMissing, java, resolve

HOME = Path("var/kafka")
HOST = "127.0.0.1"
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
POLL_SECONDS = 0.02

CLUSTER_ID = "YXR0YWluLWJyb2tlci0wMQ"
"""Any 16 bytes in base64. A broker of one node meets no other cluster."""

HEAP = ("-Xms128m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")
QUICK = ("-XX:TieredStopAtLevel=1", "-Xshare:auto")
"""Compiled at once but not well: half the time to start, less speed afterwards."""

# Waits for its input to end, which it does however the one who started the broker ends, then clears up after them.
GUARD = """
read -r word && exit 0
kill -KILL "$0"
test -z "$1" || rm -rf "$1"
"""

# ApiVersions, version 0, from nobody: a broker answers it when it is ready for everything else.
GREETING = bytes.fromhex("0000000a 0012 0000 00000001 ffff")


class BrokerDidNotStart(Exception):
    """Kafka gave up, or took too long; the message ends with its own words."""


class Broker:
    """One Kafka node with a folder and ports of its own. A `temporary` folder goes when its starter's process does."""

    def __init__(self, home: Path, *, quick: bool, temporary: bool) -> None:
        self._home = home.resolve()
        self._quick = quick
        self._temporary = temporary
        self._port = 0
        self._running: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients find it, as a wire's URL."""
        return f"kafka://{HOST}:{self._port}"

    def launch(self) -> None:
        """Start without waiting; `url` is known then. The ports are those of the last start, if they are free."""
        self._home.mkdir(parents=True, exist_ok=True)
        self._port = self._configure()
        if not (self._home / "data" / "meta.properties").exists():
            self._format()
        with (self._home / "log").open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 our own command
                self._command("kafka.Kafka", self._settings), stdout=log, stderr=log, start_new_session=True
            )
        self._guard = subprocess.Popen(  # noqa: S603 the script is above
            ["/bin/sh", "-c", GUARD, str(self._running.pid), str(self._home) if self._temporary else ""],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def start(self) -> None:
        """Start, and wait until it answers. Raises `BrokerDidNotStart`."""
        self.launch()
        wait_until_it_answers(self.url, self._running)

    def stop(self) -> None:
        """Stop in order, if it runs: what it had acknowledged is on disk."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would, but for what the operating system still writes."""
        self._end(signal.SIGKILL)

    def wait(self) -> int:
        """Wait until it ends by itself and return its code."""
        return self._running.wait() if self._running else 0

    @property
    def last_words(self) -> str:
        """The end of its log."""
        log = self._home / "log"
        return log.read_text()[-WORDS_MAX:] if log.exists() else "no log"

    @property
    def _settings(self) -> Path:
        return self._home / "server.properties"

    def _configure(self) -> int:
        port, controller = ports(self._settings)
        listeners = f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller}"
        own = {
            "listeners": listeners,
            "advertised.listeners": listeners,
            "controller.quorum.voters": f"1@{HOST}:{controller}",
            "log.dirs": self._home / "data",
        }
        lines = [f"{name}={value}" for name, value in own.items()]
        self._settings.write_text("\n".join([POM.with_name("server.properties").read_text(), *lines, ""]))
        return port

    def _format(self) -> None:
        tool = self._command(
            "kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, "--config", self._settings
        )
        done = subprocess.run(tool, check=False, capture_output=True, text=True)  # noqa: S603 our own command
        if done.returncode:
            raise BrokerDidNotStart(done.stderr[-WORDS_MAX:])

    def _command(self, main: str, *words: str | Path) -> Sequence[str | Path]:
        logging = f"-Dlog4j2.configurationFile={POM.with_name('log4j2.properties')}"
        return [java(), *HEAP, *(QUICK if self._quick else ()), logging, "-cp", f"{resolve()}/*", main, *words]

    def _end(self, number: signal.Signals) -> None:
        if self._running is not None:
            self._running.send_signal(number)
            try:
                self._running.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait()
        if self._guard is not None:
            self._guard.communicate(b"done\n")
        self._running = self._guard = None


@contextmanager
def temporary_broker(*, quick: bool = True) -> Generator[Broker]:
    """Run a broker of this process's own in a temporary folder, gone when the process is, even if it is killed.

    `quick` starts in half the time and then is slower: for tests and trying out. Benchmarks measure without it.
    """
    home = Path(tempfile.mkdtemp(prefix="attain-kafka-"))
    broker = Broker(home, quick=quick, temporary=True)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()
        shutil.rmtree(home, ignore_errors=True)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when a broker is ready. Raises `BrokerDidNotStart` when it takes too long, or its process has ended."""
    until = time.monotonic() + START_SECONDS_MAX
    while not answers(url):
        if time.monotonic() > until or (process is not None and process.poll() is not None):
            message = f"no Kafka answers at {url}"
            raise BrokerDidNotStart(message)
        time.sleep(POLL_SECONDS)


def answers(url: str) -> bool:
    """Say whether a broker is ready."""
    host, _, port = url.removeprefix("kafka://").partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1) as asking:
            asking.sendall(GREETING)
            return len(asking.recv(4)) == 4
    except OSError:
        return False


def ports(settings: Path) -> tuple[int, int]:
    """Return a port for clients and one for the controller: those of the last start, if nobody has taken them."""
    if settings.exists():
        known = dict(line.split("=", 1) for line in settings.read_text().splitlines() if "=" in line)
        last = [int(listener.rsplit(":", 1)[1]) for listener in known.get("listeners", "").split(",") if listener]
        if len(last) == 2 and all(map(is_free, last)):
            return last[0], last[1]
    with socket.socket() as one, socket.socket() as other:
        one.bind((HOST, 0))
        other.bind((HOST, 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def is_free(port: int) -> bool:
    """Say whether a port can be listened at."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> None:
    """Run the developer's broker until Ctrl-C; its data stay."""
    signal.signal(signal.SIGTERM, interrupt)
    broker = Broker(HOME, quick=True, temporary=False)
    try:
        broker.start()
        print(f"{broker.url} is where Kafka answers; its data are under {HOME}. Ctrl-C stops it.", flush=True)
        print(f"In another shell: export ATTAIN_WIRE_URL={broker.url}; .venv/bin/attain topics", flush=True)
        broker.wait()
        print(broker.last_words, file=sys.stderr)
        sys.exit("Kafka ended by itself")
    except KeyboardInterrupt:
        print("Stopped. What was sent is kept; the next start goes on from there.")
    except (KafkaIsMissing, BrokerDidNotStart) as problem:
        sys.exit(f"{problem}\n{broker.last_words}")
    finally:
        broker.stop()


if __name__ == "__main__":
    main()
