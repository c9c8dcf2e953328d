"""Which composition root builds which kind of institution."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of

_PACKAGES = {
    InstitutionKind.MUNICIPALITY: "municipality",
    InstitutionKind.PREFECTURE: "prefecture",
    InstitutionKind.NATIONAL_REGISTER: "national_register",
    InstitutionKind.JPKI: "jpki",
    InstitutionKind.LINKAGE_CORE: "linkage_core",
    InstitutionKind.COMMISSION: "commission",
    InstitutionKind.INTERMEDIATE_SERVER: "intermediate_server",
    InstitutionKind.PENSION_SERVICE: "agency.pension_service",
    InstitutionKind.STUDENT_SERVICES: "agency.student_services",
    InstitutionKind.PORTAL: "portal",
    InstitutionKind.TAX_AGENCY: "tax_agency",
    InstitutionKind.OUTSIDE_PARTIES: "outside_parties",
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE: "agency.hello_work",
    InstitutionKind.HEALTH_INSURANCE_SOCIETY: "agency.health_insurer",
    InstitutionKind.PREFECTURE_WELFARE: "agency.prefecture_welfare",
    InstitutionKind.BOARD_OF_EDUCATION: "agency.board_of_education",
}


def module_of(institution: InstitutionId) -> str:
    """Return the name of the module that builds an institution."""
    return f"mizuhiki.institutions.{_PACKAGES[kind_of(institution)]}.app"


def builder_of(institution: InstitutionId) -> Callable[[Environment], App]:
    """Return the `build` of an institution; only its own package is imported."""
    module = import_module(module_of(institution))
    build: Callable[[Environment], App] = module.build
    return build


def build_institution(environment: Environment, data: Path) -> App:
    """Build an institution of a world in `data`; a municipality gets reader and card printer on its counter."""
    if kind_of(environment.institution) is InstitutionKind.MUNICIPALITY:
        reader = import_module("mizuhiki.world.desk_reader").CounterReader(data)
        printer = import_module("mizuhiki.world.counter_cards").CounterCardDesk(environment, data)
        module = import_module("mizuhiki.institutions.municipality.app")
        app: App = module.build(environment, desk_reader=reader, card_desk=printer)
        return app
    return builder_of(environment.institution)(environment)
