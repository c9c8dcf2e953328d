"""What the sources propose and count (R-215, R-216)."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec

import pytest

from mizuhiki.institutions.jpki.domain.issuers import issuer_on
from mizuhiki.world.card_services.catalogue import card_catalogue


@pytest.mark.requirement("R-215")
def test_every_menu_of_the_source_is_in_the_catalogue_with_its_source_and_date() -> None:
    catalogue = card_catalogue()
    menus = {service.name_ja for service in catalogue.service}
    assert {"振込・送金", "ローン", "診断書申込", "診療履歴", "健診結果", "投薬歴", "ショッピング", "e-Tax"} <= menus
    assert {service.field for service in catalogue.service} >= {"bank", "medical", "shopping", "government"}
    assert (bool(catalogue.source), catalogue.stated_on) == (True, date(2012, 3, 31))
    assert len({service.code for service in catalogue.service}) == len(catalogue.service)


@pytest.mark.requirement("R-215")
def test_what_the_catalogue_says_runs_here_is_here_and_signs() -> None:
    running = {service.runs_as: service for service in card_catalogue().service if service.runs_as}
    assert set(running) == {"mortgage", "mobile_contract", "securities_account"}
    for module, service in running.items():
        assert find_spec(f"mizuhiki.world.card_services.{module}") is not None
        assert service.certificate == "signature"


@pytest.mark.requirement("R-216")
def test_the_one_figure_has_its_date_and_its_source_and_was_issued_by_governors() -> None:
    [figure] = card_catalogue().figure
    assert (figure.value, figure.about, figure.as_of) == (2_190_000, True, date(2012, 3, 31))
    assert "約219万件（2012年3月末現在）" in figure.source
    assert (figure.issuer, issuer_on(figure.as_of).issuer_ja) == ("prefectural-governor", "都道府県知事")
