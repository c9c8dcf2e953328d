"""What institutions call is what `wire` allows them to call, and what `wire` declares is served."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import grimp
import pytest

from architecture.source_tree import INSTITUTIONS, ROOT, institutions, name_of
from mizuhiki.cli.listings import endpoint_constants, endpoint_uses, wire_servers
from mizuhiki.vocabulary.ids import InstitutionKind

KINDS = {
    "municipality": InstitutionKind.MUNICIPALITY,
    "prefecture": InstitutionKind.PREFECTURE,
    "national_register": InstitutionKind.NATIONAL_REGISTER,
    "jpki": InstitutionKind.JPKI,
    "linkage_core": InstitutionKind.LINKAGE_CORE,
    "commission": InstitutionKind.COMMISSION,
    "intermediate_server": InstitutionKind.INTERMEDIATE_SERVER,
    "agency/pension_service": InstitutionKind.PENSION_SERVICE,
    "agency/student_services": InstitutionKind.STUDENT_SERVICES,
    "portal": InstitutionKind.PORTAL,
    "tax_agency": InstitutionKind.TAX_AGENCY,
    "outside_parties": InstitutionKind.OUTSIDE_PARTIES,
    "agency/hello_work": InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE,
    "agency/health_insurer": InstitutionKind.HEALTH_INSURANCE_SOCIETY,
    "agency/prefecture_welfare": InstitutionKind.PREFECTURE_WELFARE,
    "agency/board_of_education": InstitutionKind.BOARD_OF_EDUCATION,
}
"""The institution packages and the kind each runs as; a new package is entered on purpose."""


SERVED_BY = {"register_subscriber": {"agency/pension_service"}}
"""Interfaces of a role that several institutions may play, with those that do; others bear their server's name."""


def _serves(owner: str, server: str) -> bool:
    """Tell whether an institution is the server of an interface package."""
    return owner == server or owner in SERVED_BY.get(server, set())


def _owner(module: str) -> str:
    """Return the institution a module belongs to: `institutions/agency/x/peers/y.py` belongs to `agency/x`."""
    path = module.removeprefix("institutions/")
    return next(name for name in map(name_of, institutions()) if path.startswith(f"{name}/"))


def test_every_institution_has_a_kind() -> None:
    assert {name_of(path) for path in institutions()} <= KINDS.keys()


def test_institutions_use_only_endpoints_that_name_them_as_callers() -> None:
    known = endpoint_constants()
    refused = [
        f"{module} uses {server}.{constant}"
        for module, server, constant in endpoint_uses(ROOT)
        if not _serves(_owner(module), server) and KINDS[_owner(module)] not in known[server, constant].callers
    ]
    assert refused == []


def test_only_peers_and_app_rooms_call_other_institutions() -> None:
    misplaced = [
        f"{module} uses {server}.{constant}"
        for module, server, constant in endpoint_uses(ROOT)
        if not _serves(_owner(module), server)
        and Path(module.removeprefix(f"institutions/{_owner(module)}/")).parts[0] not in {"peers", "app.py"}
    ]
    assert misplaced == []


def test_an_institution_with_an_api_serves_every_endpoint_declared_for_it() -> None:
    served = defaultdict(set)
    for module, server, constant in endpoint_uses(ROOT):
        if _serves(_owner(module), server):
            served[server].add(constant)
    unserved = {
        f"{server}.{constant}"
        for server, constant in endpoint_constants()
        if server != "common"
        and (server in SERVED_BY or (INSTITUTIONS / server / "app.py").exists())
        and constant not in served[server]
    }
    assert unserved == set()


def test_every_endpoint_constant_is_in_the_servers_list_with_a_basis_and_callers() -> None:
    listed = {endpoint.name for endpoints in wire_servers().values() for endpoint in endpoints}
    for (server, constant), endpoint in endpoint_constants().items():
        if server == "common":
            continue
        assert endpoint.name in listed, constant
        assert endpoint.name.startswith(f"{server}."), constant
        assert endpoint.basis.strip(), endpoint.name
        assert endpoint.callers, endpoint.name


def test_institutions_import_only_the_interfaces_they_serve_or_may_call() -> None:
    """Types of a third party's interface travel inside other messages; the module that reads them is named here."""
    graph = grimp.build_graph("mizuhiki", cache_dir=None)
    servers = wire_servers()
    callers = {server: {kind for endpoint in servers[server] for kind in endpoint.callers} for server in servers}
    foreign = {
        (name_of(path), server)
        for path in institutions()
        for module in graph.find_descendants(f"mizuhiki.institutions.{name_of(path).replace('/', '.')}")
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.startswith("mizuhiki.wire.") and (server := imported.split(".")[2]) in servers
        if server != "common" and not _serves(name_of(path), server) and KINDS[name_of(path)] not in callers[server]
    }
    assert foreign <= READ_WITHOUT_CALLING


READ_WITHOUT_CALLING = {
    ("commission", "linkage_core"),  # the cases it decides about
    ("commission", "national_register"),  # the holder's signed acquisition
    ("linkage_core", "national_register"),
    ("intermediate_server", "national_register"),  # its own acquisition, the four items sealed to it
}
"""(institution, interface) pairs where signed objects or inner messages are read though nothing is called."""

LOADED = """
import sys
import mizuhiki.institutions.{name}.app
print(*sorted(module for module in sys.modules if module.startswith("mizuhiki.institutions.")), sep="\\n")
"""


@pytest.mark.parametrize("institution", [path for path in institutions() if (path / "app.py").exists()], ids=name_of)
def test_importing_one_institution_loads_no_other(institution: Path) -> None:
    name = name_of(institution).replace("/", ".")
    run = subprocess.run(
        [sys.executable, "-c", LOADED.format(name=name)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
    own = f"mizuhiki.institutions.{name}"
    strangers = [
        module
        for module in run.stdout.split()
        if not f"{module}.".startswith(f"{own}.") and not f"{own}.".startswith(f"{module}.")
    ]
    assert strangers == []
