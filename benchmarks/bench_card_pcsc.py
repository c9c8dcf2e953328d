"""Signatures through the system's PC/SC service: our client, pcscd, vpcd, the card in a process of its own.

Needs pcscd, vsmartcard-vpcd, pyscard and the right to make namespaces; says so where one of them is missing.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measurement import Measurement

ROOT = Path(__file__).parents[1]
PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin"
COUNT = 200
TARGET_MS = 20.0
"""Issue of the card: a signature over PC/SC takes at most 20 ms."""


def run() -> Iterator[Measurement]:
    """Measure a signature alone, and one with PIN and everything before it."""
    sys.path.append(str(ROOT / "tests"))
    from support.card_stack import DRIVER, CardStack, namespaces_work  # noqa: PLC0415 - the path is known only now

    programs = ("pcscd", "opensc-tool", "unshare")
    missing = [name for name in programs if shutil.which(name, path=PROGRAMS) is None]
    missing += [] if Path(DRIVER).exists() else ["vsmartcard-vpcd"]
    missing += [] if importlib.util.find_spec("smartcard") else ["pyscard"]
    if missing or not namespaces_work():
        yield Measurement(f"not measured, missing: {', '.join(missing) or 'namespaces'}", 0.0, "")
        return
    with tempfile.TemporaryDirectory() as folder:
        stack = CardStack(Path(folder))
        try:
            stack.mizuhiki("card", "new", "--out", f"{folder}/test.card", check=True)
            stack.plug(Path(folder) / "test.card")
            client = ("env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "benchmarks.card_client", str(COUNT))
            found = json.loads(stack.run(*client, check=True).stdout)
        finally:
            stack.close()
    yield Measurement("signature over PC/SC, median", found["signature"], "ms", at_most=TARGET_MS)
    yield Measurement("signature over PC/SC, 99 of 100 below", found["signature_p99"], "ms")
    yield Measurement("with PIN: select, tries, verify, sign", found["with_pin"], "ms")
    yield Measurement("one command there and back (GET CHALLENGE)", 1000 * found["command"], "µs")
