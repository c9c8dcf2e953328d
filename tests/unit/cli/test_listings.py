"""The generated listings, each on a small source tree of its own, and the command that writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mizuhiki.cli import listings
from unit.cli.console import Console


def source(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / "src/mizuhiki" / name.replace("__", "/")
        path = path.with_suffix(".toml") if path.name == "policy" else path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def rows(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("| ")][1:]


def test_every_use_of_reveal_is_listed_with_its_function_and_number(tmp_path: Path) -> None:
    text = "class A:\n    def b(self, n):\n        return n.reveal() + n.reveal()\nshow = str.reveal\n"
    assert rows(listings.reveal_sites(source(tmp_path, crypto__x=text))) == [
        "| `crypto/x.py` | `(module)` | 1 |",
        "| `crypto/x.py` | `A.b` | 2 |",
    ]


def test_roles_are_listed_with_each_action_and_its_basis(tmp_path: Path) -> None:
    text = '[roles.clerk]\nbasis = "住基法22条"\nactions = ["register-move-in", "correct-record"]\n'
    root = source(tmp_path, institutions__agency__pension__policy=text)
    assert rows(listings.roles(root)) == [
        "| agency/pension | clerk | `correct-record` | 住基法22条 |",
        "| agency/pension | clerk | `register-move-in` | 住基法22条 |",
    ]


def test_declared_audit_events_are_listed_with_their_fields(tmp_path: Path) -> None:
    text = """
A = AuditEvent("card-issued", "A card was issued.", frozenset({"office", "counter"}))
B = audit.AuditEvent("x", "y", fields=FIELDS)
"""
    assert rows(listings.audit_events(source(tmp_path, runtime__x=text))) == [
        "| `card-issued` | A card was issued. | counter, office | `runtime/x.py` |",
        "| `x` | y |  | `runtime/x.py` |",
    ]


def test_error_codes_are_listed_whether_annotated_or_not(tmp_path: Path) -> None:
    text = """
class A(Refused):
    code = "a-code"
    title = "A | title"
class B(A):
    code: str = "b-code"
class C: ...
"""
    assert rows(listings.error_codes(source(tmp_path, card__errors=text))) == [
        "| `a-code` | A \\| title | Refused | `card/errors.py` |",
        "| `b-code` |  | A | `card/errors.py` |",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "from mizuhiki.wire import linkage_core\nf(linkage_core.RECONCILE)",
        "from mizuhiki.wire import linkage_core as wire\nf(wire.RECONCILE)",
        "import mizuhiki.wire.linkage_core.v1 as core\nf(core.RECONCILE)",
        "from mizuhiki.wire.linkage_core import v1\nf(v1.RECONCILE)",
        "from mizuhiki.wire.linkage_core.v1 import RECONCILE as R\nf(R)",
    ],
)
def test_a_reference_to_an_endpoint_is_found_however_it_was_imported(tmp_path: Path, text: str) -> None:
    root = source(tmp_path, institutions__portal__peers__x=text)
    assert list(listings.endpoint_uses(root)) == [("institutions/portal/peers/x.py", "linkage_core", "RECONCILE")]


def test_the_page_of_endpoints_says_who_calls_and_who_may(tmp_path: Path) -> None:
    text = "from mizuhiki.wire import linkage_core\nf(linkage_core.RECONCILE)"
    root = source(tmp_path, institutions__intermediate_server__peers__x=text, institutions__linkage_core__api__y=text)
    line = next(row for row in rows(listings.endpoints(root)) if "`linkage_core.reconcile`" in row)
    assert "| intermediate |" in line
    assert line.endswith("| `intermediate_server/peers/x.py` |")
    shared = next(row for row in rows(listings.endpoints(root)) if "`linkage_core.joint_key`" in row)
    assert "| every institution |" in shared


def test_the_command_writes_what_changed_and_check_only_says_so(console: Console, tmp_path: Path) -> None:
    root = source(tmp_path, cli__x="", institutions__x="")
    (root / "pyproject.toml").touch()
    folder = root / "docs/generated"
    assert console.run("docs", "--root", str(root), "--check").code == 1
    assert not folder.exists()
    assert sorted(console.run("docs", "--root", str(root), "--json").document["changed"]) == sorted(listings.LISTINGS)
    assert console.run("docs", "--root", str(root), "--check").code == 0
    source(root, cli__x="a.reveal()")
    assert console.run("docs", "--root", str(root), "--json").document["changed"] == ["reveal-sites.md"]
