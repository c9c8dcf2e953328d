"""The medium that is handed to the printing contractor: a folder with one file per run (R-099, R-114).

The files hold Individual Numbers, so the folder is meant to be a mounted encrypted medium; both are readable by the
owner alone. A file is complete under its name or not there: it is written under another name, made durable, and
renamed when its run stands in the register.
"""

from __future__ import annotations

import os
from pathlib import Path

_PART = ".part"
_DONE = ".jsonl"


class FolderMedium:
    """Implements `ports.ContractorMedium`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, run: str, content: bytes) -> None:
        """Write a run durably without handing it over."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        descriptor = os.open(self.folder / f"{run}{_PART}", flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def hand_over(self, run: str) -> None:
        """Give a prepared run its name."""
        (self.folder / f"{run}{_PART}").rename(self.folder / f"{run}{_DONE}")
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def discard(self, run: str) -> None:
        """Delete a prepared run."""
        (self.folder / f"{run}{_PART}").unlink()

    def prepared(self) -> list[str]:
        """Return runs that were prepared and neither handed over nor discarded."""
        return sorted(path.name.removesuffix(_PART) for path in self.folder.glob(f"*{_PART}"))
