"""Listings of the source that reviewers read beside a change: what is revealed, offered, allowed, recorded, refused.

Each function returns one Markdown page for `docs/generated/`. All but the endpoints are read from syntax trees and data
files, so a listing shows what is written, also in a module that no test imports. No line numbers: a page changes only
when its subject does.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mizuhiki import wire
from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.vocabulary.statute import StatuteTable
from mizuhiki.wire.endpoint import Endpoint
from mizuhiki.wire.intermediate_server import GROUPS
from mizuhiki.wire.openapi import public_interfaces

AnyEndpoint = Endpoint[Any, Any]

SOURCE = Path("src/mizuhiki")
INSTITUTIONS = SOURCE / "institutions"
ALL_KINDS = frozenset(InstitutionKind)


def parsed(root: Path, under: Path = SOURCE) -> Iterator[tuple[str, ast.Module]]:
    """Yield each module below `under`: its path relative to the package, and its tree."""
    for path in sorted((root / under).rglob("*.py")):
        name = path.relative_to(root / SOURCE).as_posix()
        yield name, ast.parse(path.read_text(encoding="utf-8"), name)


def scopes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node with the qualified name of the innermost function or class around it."""

    def walk(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            yield scope, child
            inner = scope
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{scope}.{child.name}" if scope else child.name
            yield from walk(child, inner)

    yield from walk(tree, "")


def _page(title: str, about: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"# {title}", "", f"Written by `make docs`; do not edit. {about}", ""]
    lines += [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def reveal_sites(root: Path) -> str:
    """List every place where a sensitive value leaves its wrapper."""
    sites: Counter[tuple[str, str]] = Counter()
    for name, tree in parsed(root):
        for scope, node in scopes(tree):
            if isinstance(node, ast.Attribute) and node.attr == "reveal":
                sites[name, scope or "(module)"] += 1
    rows = [(f"`{name}`", f"`{scope}`", str(count)) for (name, scope), count in sorted(sites.items())]
    about = "Every use of `reveal()`: a new line here needs a reason in review."
    return _page("Where sensitive values are revealed", about, ("module", "in", "times"), rows)


def wire_servers() -> dict[str, tuple[AnyEndpoint, ...]]:
    """Return the endpoints by name of the `wire` package of the institution that serves them."""
    servers: dict[str, tuple[AnyEndpoint, ...]] = {}
    for module in pkgutil.iter_modules(wire.__path__):
        if module.ispkg:
            package = importlib.import_module(f"{wire.__name__}.{module.name}")
            servers[module.name] = tuple(getattr(package, "ENDPOINTS", ()))
    return servers


def endpoint_constants() -> dict[tuple[str, str], AnyEndpoint]:
    """Return the endpoints by (wire package, name of the constant) that institutions' modules refer to."""
    return {
        (server, name): value
        for server in wire_servers()
        for name, value in vars(importlib.import_module(f"{wire.__name__}.{server}")).items()
        if isinstance(value, Endpoint)
    }


def endpoint_uses(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (module, wire package, constant) for each reference of an institution to an endpoint."""
    known = endpoint_constants()
    for name, tree in parsed(root, INSTITUTIONS):
        packages, constants = _wire_names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                server, constant = packages.get(node.value.id, ""), node.attr
            elif isinstance(node, ast.Name):
                server, constant = constants.get(node.id, ("", ""))
            else:
                continue
            if (server, constant) in known:
                yield name, server, constant


def _wire_names(tree: ast.Module) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return what local names mean: aliases of wire packages, and imported members as (package, name)."""
    packages: dict[str, str] = {}
    members: dict[str, tuple[str, str]] = {}
    prefix = f"{wire.__name__}."
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == wire.__name__:
            packages |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(prefix):
            server = (node.module or "").removeprefix(prefix).partition(".")[0]
            members |= {alias.asname or alias.name: (server, alias.name) for alias in node.names}
            packages |= {alias.asname or alias.name: server for alias in node.names if alias.name == "v1"}
        elif isinstance(node, ast.Import):
            packages |= {
                alias.asname: alias.name.removeprefix(prefix).partition(".")[0]
                for alias in node.names
                if alias.asname and alias.name.startswith(prefix)
            }
    return packages, members


def endpoints(root: Path) -> str:
    """List every endpoint with who may call it, on which basis, and which modules call it."""
    callers: dict[tuple[str, str], set[str]] = {}
    for module, server, constant in endpoint_uses(root):
        if not module.startswith(f"institutions/{server}/"):
            callers.setdefault((server, constant), set()).add(module.removeprefix("institutions/"))
    rows = []
    for (server, constant), endpoint in sorted(endpoint_constants().items()):
        allowed = "every institution" if endpoint.callers == ALL_KINDS else ", ".join(sorted(endpoint.callers))
        used = "<br>".join(f"`{module}`" for module in sorted(callers.get((server, constant), ())))
        own = " (its own only)" if endpoint.own_only else ""
        rows.append((f"`{endpoint.name}`", f"`{endpoint.path}`", allowed + own, endpoint.basis, endpoint.summary, used))
    rows += [
        (f"`{public.name}`", f"GET `{public.path}`", "anybody", public.basis, public.summary, "")
        for members in public_interfaces().values()
        for public in members
    ]
    head = ("endpoint", "path", "may be called by", "basis", "what it does", "called in")
    return _page("Endpoints and their callers", "Declared in `wire`; everybody else is refused.", head, rows)


def roles(root: Path) -> str:
    """List what each role of each institution may do, on which basis."""
    rows = []
    for path in sorted((root / INSTITUTIONS).rglob("policy.toml")):
        institution = path.parent.relative_to(root / INSTITUTIONS).as_posix()
        policy = tomllib.loads(path.read_text(encoding="utf-8"))
        for role, rule in sorted(policy["roles"].items()):
            rows += [(institution, role, f"`{action}`", rule["basis"]) for action in sorted(rule["actions"])]
    about = "From each `policy.toml`; what is not listed is denied."
    return _page("Who may do what", about, ("institution", "role", "action", "basis"), rows)


def audit_events(root: Path) -> str:
    """List every declared `AuditEvent` with the fields it may carry; `runtime.audit` refuses any other."""
    rows = []
    for name, tree in parsed(root):
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Name(id="AuditEvent") | ast.Attribute(attr="AuditEvent"),
                    args=[ast.Constant(value=str(event)), ast.Constant(value=str(description)), *fields],
                ):
                    words = sorted(_texts([*fields, *(keyword.value for keyword in node.keywords)]))
                    rows.append((f"`{event}`", description, ", ".join(words), f"`{name}`"))
    about = "Beside actor, affair, basis, purpose, outcome and time; none holds personal data."
    return _page("Audit events", about, ("event", "when", "fields", "declared in"), sorted(rows))


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def error_codes(root: Path) -> str:
    """List every error code with its title; only the code crosses the wire."""
    rows = []
    for name, tree in parsed(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and (code := _text(node, "code")):
                family = ", ".join(ast.unparse(base) for base in node.bases)
                rows.append((f"`{code}`", _text(node, "title"), family, f"`{name}`"))
    about = "An error with a code may be shown to people and peers; its fields hold no personal data."
    return _page("Error codes", about, ("code", "title", "is a", "defined in"), sorted(rows))


def _text(node: ast.ClassDef, name: str) -> str:
    """Return the text a class body assigns to `name`, empty where it does not."""
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str(text))) if target == name:
                return text
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.Constant(value=str(text))) if target == name:
                return text
    return ""


def permissions(root: Path) -> str:
    """List what the statute table lets pass: every combination that is permitted on some day, and from when to when."""
    del root
    spans: dict[tuple[str, str, str, str], set[str]] = {}
    for row in StatuteTable.load().rows:
        for asked in row.procedures:
            until = row.valid_until.isoformat() if row.valid_until else ""
            days = f"{row.valid_from.isoformat()} – {until}".strip() + f" ({row.number})"
            spans.setdefault((row.inquirer_class, asked, row.provider_class, row.kind), set()).add(days)
    rows = [(*key, "; ".join(sorted(days))) for key, days in sorted(spans.items())]
    about = "Everything that is not here is refused: a new line is a new power and needs its source in review."
    return _page("What may be asked", about, ("who asks", "procedure", "who is asked", "kind", "days (item)"), rows)


def interface_groups(_root: Path) -> str:
    """List the nine groups of an intermediate server's interfaces with their endpoints (R-219)."""
    rows = [
        (group.name_ja, group.name_en, f"`{endpoint.name}`", endpoint.summary, endpoint.basis)
        for group, members in GROUPS.items()
        for endpoint in members
    ]
    about = "Every endpoint of an intermediate server belongs to exactly one of the nine groups."
    heads = ("group", "in English", "endpoint", "what it does", "basis")
    return _page("Interface groups of the intermediate server", about, heads, rows)


LISTINGS: Mapping[str, Callable[[Path], str]] = {
    "audit-events.md": audit_events,
    "endpoints.md": endpoints,
    "error-codes.md": error_codes,
    "interface-groups.md": interface_groups,
    "permissions.md": permissions,
    "reveal-sites.md": reveal_sites,
    "roles.md": roles,
}
"""The page's file in `docs/generated/` and what writes it."""
