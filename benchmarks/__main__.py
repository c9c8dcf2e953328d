"""``python -m benchmarks bench|soak [NAME]``: run ``bench_NAME.py`` or ``soak_NAME.py`` of this folder, or all of them.

Each such module has ``run() -> Iterator[Measurement]``. The exit code is 1 when a measurement misses the target it
states.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

KINDS = ("bench", "soak")
USAGE = 2


def found(kind: str) -> list[str]:
    """Return the names of this kind's modules."""
    return [path.stem.removeprefix(f"{kind}_") for path in sorted(Path(__file__).parent.glob(f"{kind}_*.py"))]


def main(arguments: list[str]) -> int:
    """Run what the arguments name and return the exit code."""
    console = Console()
    kind, wanted = (arguments[0] if arguments else ""), arguments[1:]
    names = found(kind) if kind in KINDS else []
    if kind not in KINDS or set(wanted) - set(names):
        console.print(f"usage: python -m benchmarks bench|soak [NAME]; there are: {', '.join(names) or 'none'}")
        return USAGE
    if not names:
        console.print(f"no {kind} stands in benchmarks/ yet")
    missed = False
    for name in wanted or names:
        module = importlib.import_module(f"benchmarks.{kind}_{name}")
        table = Table("measured", "value", "target", title=f"{kind} {name}")
        for measurement in module.run():
            table.add_row(measurement.what, f"{measurement.value:,.1f} {measurement.unit}", measurement.verdict)
            missed |= measurement.missed
        console.print(table)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
