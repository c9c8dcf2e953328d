"""Debian's pcscd with vpcd in namespaces of its own, with one of our cards plugged in; programs run beside it.

vpcd listens on every address and pcscd's socket has one fixed place: an own network and an own mount of /run/pcscd keep
both from everybody else, so that several stacks run at once.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
from pathlib import Path

DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
OPENSC_MODULE = "/usr/lib/*/opensc-pkcs11.so"
_LOOKS = 500
READER = "Virtual PCD 00 00"
_CONF = f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {DRIVER}\nCHANNELID 0x8C7B\n'
_INSIDE = """
set -e
ip link set lo up
mkdir -p /run/pcscd
mount -t tmpfs none /run/pcscd
pcscd --foreground --config "$1" >"$2" 2>&1 &
for _ in $(seq 100); do [ -S /run/pcscd/pcscd.comm ] && break; sleep 0.05; done
[ -S /run/pcscd/pcscd.comm ]
echo ready
exec sleep infinity
"""


def _unshare() -> list[str]:
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]


@functools.cache
def namespaces_work() -> bool:
    """Whether this system lets us make a network and a mount of our own."""
    try:
        tried = subprocess.run(
            [*_unshare(), "sh", "-c", "ip link set lo up && mkdir -p /run/pcscd && mount -t tmpfs none /run/pcscd"],
            capture_output=True, timeout=30, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return False
    return tried.returncode == 0


def opensc_module() -> str:
    """Return where OpenSC's PKCS#11 module is; its folder is named after the machine's architecture."""
    return str(next(Path("/").glob(OPENSC_MODULE.lstrip("/"))))


class CardStack:
    """A PC/SC service of our own; `plug` puts a card file into its first reader."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        conf = folder / "reader.conf.d"
        conf.mkdir()
        (conf / "vpcd").write_text(_CONF)
        self._emulator: subprocess.Popen[str] | None = None
        self._started: list[subprocess.Popen[str]] = []
        self._keeper = subprocess.Popen(
            [*_unshare(), "bash", "-c", _INSIDE, "stack", str(conf), str(folder / "pcscd.log")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != "ready\n":
            self.close()
            raise RuntimeError(f"no PC/SC service: {(folder / 'pcscd.log').read_text()}")
        children = Path(f"/proc/{self._keeper.pid}/task/{self._keeper.pid}/children").read_text().split()
        self._inside = children[0]

    def _enter(self) -> list[str]:
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", self._inside, *user, "--net", "--mount", "--pid"]

    def run(
        self, *command: str, check: bool = False, feed: str | None = None, seconds: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a program beside the service."""
        done = subprocess.run(
            [*self._enter(), "env", f"--chdir={self.folder}", *command],
            capture_output=True, text=True, timeout=seconds, check=False, input=feed,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def mizuhiki(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run our own command line beside the service."""
        return self.run(sys.executable, "-m", "mizuhiki", *arguments, **options)  # type: ignore[arg-type]

    def python(self, module: str, *arguments: str, feed: str) -> subprocess.CompletedProcess[str]:
        """Run a module of the tests beside the service."""
        path = f"PYTHONPATH={Path(__file__).parents[1]}"
        return self.run("env", path, sys.executable, "-m", module, *arguments, feed=feed, check=True)

    def start(self, *arguments: str) -> str:
        """Start one of our own commands that keeps running until `close`; return its first line."""
        started = subprocess.Popen(
            [*self._enter(), "env", f"--chdir={self.folder}", sys.executable, "-m", "mizuhiki", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self._started.append(started)
        assert started.stdout is not None
        return started.stdout.readline()

    def plug(self, card: Path) -> None:
        """Put a card file on the reader and wait until the service sees it."""
        self._emulator = subprocess.Popen(
            [*self._enter(), sys.executable, "-m", "mizuhiki", "card", "emulate", "--card", str(card), "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self._emulator.stdout is not None
        for line in self._emulator.stdout:
            if '"plugged-in"' in line:
                break
        else:
            raise RuntimeError("the card could not be plugged in")
        # Not `opensc-tool --wait`: it can miss a card that comes between its first look and its waiting.
        self._look_until(present=True)

    def unplug(self) -> int:
        """Take the card out as a person ends the command (SIGTERM); return its exit code."""
        assert self._emulator is not None
        assert self._emulator.stdout is not None
        # The command is a child of nsenter, which forks for the process namespace.
        children = Path(f"/proc/{self._emulator.pid}/task/{self._emulator.pid}/children").read_text().split()
        for child in children or [str(self._emulator.pid)]:
            os.kill(int(child), signal.SIGTERM)
        self._emulator.communicate(timeout=30)
        code = self._emulator.returncode
        self._emulator = None
        self._look_until(present=False)
        return code

    def _look_until(self, *, present: bool) -> None:
        for _ in range(_LOOKS):
            if self.sees_card() is present:
                return
        raise RuntimeError(f"the service does not see the card {'come' if present else 'go'}")

    def sees_card(self) -> bool:
        """Whether the service says that a card is in the first reader."""
        listed = self.run("opensc-tool", "--list-readers", check=True).stdout.splitlines()
        return any(line.split()[:2] == ["0", "Yes"] for line in listed)

    def close(self) -> None:
        """End everything that runs in the namespaces."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._keeper.pid, signal.SIGKILL)
        # The first process of the namespace dies with its keeper and takes every other one there along.
        for ended in (self._keeper, self._emulator, *self._started):
            if ended is not None:
                ended.communicate(timeout=30)
