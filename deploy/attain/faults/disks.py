"""A small disk that can be full: a file system in memory, whose size is changed while it is used. It takes root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BYTES_MAX = 1 << 30
ATTEMPTS_MAX = 100


class DiskIsMissing(Exception):
    """There is no small disk here; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Disk:
    """A file system of its own, with room until it is filled."""

    folder: Path

    def fill(self) -> None:
        """Leave no room. Raises `DiskIsMissing`."""
        for _ in range(ATTEMPTS_MAX):
            # Who writes meanwhile makes the size too small, and it is asked for again.
            if not sized(self.folder, self.used):
                return
        raise DiskIsMissing(f"{self.folder} grew too fast to be filled")

    def make_room(self) -> None:
        """Leave room again. Raises `DiskIsMissing`."""
        problem = sized(self.folder, BYTES_MAX)
        if problem:
            raise DiskIsMissing(problem)

    @property
    def used(self) -> int:
        """How many bytes are used."""
        found = os.statvfs(self.folder)
        return (found.f_blocks - found.f_bfree) * found.f_frsize


@contextmanager
def small_disk() -> Generator[Disk]:
    """Mount a disk with room, and take it away. Raises `DiskIsMissing` where that is not allowed."""
    with tempfile.TemporaryDirectory(prefix="attain-disk-") as name:
        problem = run("mount", "-t", "tmpfs", "-o", f"mode=1777,size={BYTES_MAX}", "attain", name)
        if problem:
            raise DiskIsMissing(problem)
        try:
            yield Disk(folder=Path(name))
        finally:
            run("umount", "-l", name)


def sized(folder: Path, count: int) -> str:
    """Give a disk so many bytes; return what is wrong with that."""
    return run("mount", "-o", f"remount,size={count}", str(folder))


def run(*command: str) -> str:
    """Run a program; return what it complains of, nothing if it did what it was told."""
    if shutil.which(command[0]) is None:
        return f"there is no {command[0]} here"
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 the callers are above
    return (done.stderr.strip() or f"{command[0]} failed") if done.returncode else ""
