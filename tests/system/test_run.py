"""`attain run` as a person starts and stops it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from attain.fleet import HOST, free_port

pytestmark = pytest.mark.system

SECONDS_MAX = 60


@contextmanager
def started(folder: Path, port: int) -> Generator[subprocess.Popen[str]]:
    """Start Attain without the demonstration, and see to it that it ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "attain.cli", "run"],
        env=os.environ | {"PORT": str(port), "DEMO": "0", "ATTAIN_FOLDER": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_ready(port: int) -> None:
    until = monotonic() + SECONDS_MAX
    while monotonic() < until:
        try:
            if httpx.get(f"http://{HOST}:{port}/readyz").is_success:
                return
        except httpx.TransportError:
            sleep(0.1)
    raise TimeoutError


def test_it_starts_empty_says_where_it_is_and_ctrl_c_ends_it_in_order(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port) as process:
        wait_until_ready(port)

        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=SECONDS_MAX)

    assert process.returncode == 0
    assert f"http://{HOST}:{port}" in said
    assert "Traceback" not in said


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started(tmp_path, port) as process:
            said, _ = process.communicate(timeout=SECONDS_MAX)

    assert process.returncode == 1
    assert said.startswith(f"port {port} cannot be used")
    assert "Traceback" not in said


def test_a_token_speaks_for_the_person_whom_it_names(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port):
        wait_until_ready(port)
        command = [sys.executable, "-m", "attain.cli", "token", "p-01", "--roles", "auditor"]
        printed = subprocess.run(
            command, env=os.environ | {"ATTAIN_FOLDER": str(tmp_path)}, check=True, capture_output=True, text=True
        )
        address = f"http://{HOST}:{port}/performance/v1/deals"

        assert httpx.get(address).status_code == 401
        assert httpx.get(address, headers={"Authorization": f"Bearer {printed.stdout.strip()}"}).status_code == 200
