"""The largest memory that this process had so far."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_HIGHEST = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_UNITS_IN_A_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


def largest_memory_mb() -> int:
    """Return the largest resident memory of this program so far, in MB.

    Linux keeps for `getrusage` what stood there before a program was begun in the process, so that a worker would tell
    the memory of whoever started it; the status of the process tells its own.
    """
    found = _HIGHEST.search(_STATUS.read_text()) if _STATUS.exists() else None
    if found is not None:
        return int(found[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _UNITS_IN_A_MB
