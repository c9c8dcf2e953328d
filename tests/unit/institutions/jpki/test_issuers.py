"""Who issues on which day (R-199)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mizuhiki.institutions.jpki.domain.errors import IssuedByGovernor
from mizuhiki.institutions.jpki.domain.issuers import issuer_on, require_own_issuer
from unit.institutions.jpki.kit import Desk

CHANGE = date(2016, 1, 1)


@pytest.mark.requirement("R-199")
def test_the_governor_issued_through_the_designated_body_until_the_change() -> None:
    before, after = issuer_on(CHANGE - timedelta(days=1)), issuer_on(CHANGE)
    assert (before.issuer_ja, before.delegate_ja) == ("都道府県知事", "財団法人自治体衛星通信機構")
    assert (after.issuer_ja, after.delegate_ja) == ("地方公共団体情報システム機構", "")
    with pytest.raises(IssuedByGovernor):
        issuer_on(date(2004, 1, 28))


@pytest.mark.requirement("R-199")
def test_nothing_is_issued_here_for_a_day_on_which_governors_issued() -> None:
    assert require_own_issuer(CHANGE).own
    with pytest.raises(IssuedByGovernor):
        require_own_issuer(CHANGE - timedelta(days=1))


@pytest.mark.requirement("R-199")
def test_a_certificate_names_the_issuer_of_its_day(desk: Desk) -> None:
    issued = x509.load_der_x509_certificate(desk.issue().signature_certificate)
    units = [one.value for one in issued.issuer.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    assert issuer_on(issued.not_valid_before_utc.date()).issuer_en in units
