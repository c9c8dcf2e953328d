"""The three public examples with a software card, a recognised verifier and the authority's own status door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mizuhiki.jpki_verify import StatusRules, Verifier, card_policy, verify_archived
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.world.card_services.mobile_contract import MobileOperator, Step
from mizuhiki.world.card_services.mortgage import MortgageBank, MortgageContract, Terms, stamp_on_paper
from mizuhiki.world.card_services.securities_account import SecuritiesFirm, commitment
from mizuhiki.world.card_services.signing_desk import FilledIn
from unit.institutions.jpki.kit import Desk, open_desk, resident_code
from unit.world.card_services.kit import (
    ITEMS_PIN,
    OWN_ITEMS,
    Customer,
    customer,
    desk_with,
    number,
    recognised,
    registrar,
)

LOAN = Terms(principal_yen=30_000_000, rate_per_mille=9, years=35, security="宮崎県都城市姫城町の土地建物（架空）")
OWN = FilledIn(
    name=OWN_ITEMS.name,
    birth_date=OWN_ITEMS.birth_date,
    sex=OWN_ITEMS.sex,
    address=OWN_ITEMS.address,
    name_substituted=False,
    address_substituted=False,
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.app.close()


@pytest.fixture
def holder(desk: Desk) -> Customer:
    return customer(desk)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(MizuhikiError) as refusal:
        call()
    return refusal.value.code


def borrow(bank: MortgageBank, holder: Customer, now: datetime, *, certificate: bytes = b"") -> MortgageContract:
    offer = bank.offer(LOAN, now)
    return bank.conclude(offer.identifier, certificate or holder.certificate, holder.sign(offer.document), now)


@pytest.mark.requirement("R-212")
def test_a_mortgage_is_signed_at_home_without_visit_paper_or_stamp(desk: Desk, holder: Customer) -> None:
    name, counter = recognised(desk)
    contract = borrow(MortgageBank(counter), holder, desk.clock.now())
    assert contract.signed.holder == OWN
    assert (contract.visits, contract.papers, contract.stamp_yen, contract.stamp_saved_yen) == (0, 0, 0, 20_000)
    assert "金30,000,000円" in contract.signed.document.decode()
    assert desk.app.operations.status_answers(desk.operator()) == {name: (1, 20)}


@pytest.mark.requirement("R-212")
def test_the_contract_is_verified_again_years_later_and_not_with_a_changed_sum(desk: Desk, holder: Customer) -> None:
    _, counter = recognised(desk)
    signed = borrow(MortgageBank(counter), holder, desk.clock.now()).signed
    later = desk.clock.now() + timedelta(days=3_000)
    verifier = Verifier(
        card_policy(signature=(holder.client.signature_authority(),), status=StatusRules(produced_at=False))
    )
    assert verify_archived(verifier, signed.evidence, signed.document, now=later).at == signed.at
    forged = signed.document.replace(b"30,000,000", b"90,000,000")
    assert code_of(lambda: verify_archived(verifier, signed.evidence, forged, now=later)) == "card-signature-invalid"


@pytest.mark.requirement("R-212")
def test_each_reason_to_conclude_no_contract_has_its_own_name(desk: Desk, holder: Customer) -> None:
    _, counter = recognised(desk)
    bank, now = MortgageBank(counter), desk.clock.now()
    offer = bank.offer(LOAN, now)
    signature = holder.sign(offer.document)
    other = customer(desk, "card-2", resident_record_code=resident_code("0987654321")).certificate
    late = now + timedelta(minutes=15)

    def conclude(**changes: object) -> str:
        said = {"certificate": holder.certificate, "signature": signature, "now": now, "identifier": offer.identifier}
        return code_of(lambda: bank.conclude(**{**said, **changes}))  # type: ignore[arg-type] - changed on purpose

    assert conclude(certificate=other) == "card-signature-invalid"
    assert conclude(signature=holder.sign(b"another document")) == "card-signature-invalid"
    login = holder.client.user_identification_certificate()
    by_login = holder.client.sign_for_user_identification("2468", offer.document)
    assert conclude(certificate=login, signature=by_login) == "certificate-unknown-issuer"
    assert conclude(identifier="another") == "card-service-signing-over"
    assert conclude(now=late) == "card-service-signing-over"
    assert bank.contracts == []
    bank.conclude(offer.identifier, holder.certificate, signature, now)
    assert conclude() == "card-service-signing-over"


@pytest.mark.requirement("R-212")
@pytest.mark.requirement("R-202")
def test_a_certificate_that_ended_with_a_move_signs_no_contract(desk: Desk, holder: Customer) -> None:
    _, counter = recognised(desk)
    desk.event("event-1", "move-within", address="宮崎県都城市上町一番地")
    assert code_of(lambda: borrow(MortgageBank(counter), holder, desk.clock.now())) == "certificate-revoked"


@pytest.mark.requirement("R-204")
@pytest.mark.requirement("R-212")
def test_a_firm_that_nobody_recognised_or_that_is_suspended_learns_no_status(desk: Desk, holder: Customer) -> None:
    stranger = MortgageBank(desk_with(desk, "無認定", "invented credential"))
    assert code_of(lambda: borrow(stranger, holder, desk.clock.now())) == "certificate-status-answer-invalid"
    name, counter = recognised(desk)
    desk.app.operations.verifiers.suspend(registrar(desk, "first"), verifier=name, reason="漏えいの疑い")
    bank = MortgageBank(counter)
    assert code_of(lambda: borrow(bank, holder, desk.clock.now())) == "certificate-status-answer-invalid"
    assert bank.contracts == stranger.contracts == []


@pytest.mark.requirement("R-212")
def test_the_services_begin_on_their_days(desk: Desk) -> None:
    _, counter = recognised(desk)
    salt = b"s" * 32
    mobile, firm = MobileOperator(counter, counter.randomness), SecuritiesFirm(counter, counter.randomness, b"")
    code = mobile.sell_package()
    for first, begin in (
        (datetime(2017, 4, 25, tzinfo=JST), lambda now: MortgageBank(counter).offer(LOAN, now)),
        (datetime(2016, 11, 28, tzinfo=JST), lambda now: mobile.activate(code, now)),
        (datetime(2016, 11, 26, tzinfo=JST), lambda now: firm.apply(salt, "c", now)),
    ):
        begin(first)
        before = (first - timedelta(seconds=1)).astimezone(UTC)
        assert code_of(lambda begin=begin, before=before: begin(before)) == "card-service-not-yet-offered"  # type: ignore[misc] - a closure of each


@pytest.mark.requirement("R-212")
@pytest.mark.parametrize(
    ("yen", "stamp"),
    # 国税庁 No.7140 印紙税額の一覧表（その1）第1号文書
    [(9_999, 0), (10_000, 200), (100_000, 200), (100_001, 400), (10_000_000, 10_000), (10_000_001, 20_000),
     (50_000_000, 20_000), (50_000_001, 60_000), (5_000_000_000, 400_000), (5_000_000_001, 600_000)],
)  # fmt: skip
def test_the_stamp_that_paper_would_need_is_that_of_the_published_table(yen: int, stamp: int) -> None:
    assert stamp_on_paper(yen) == stamp


@pytest.mark.parametrize(
    "changes", [{"principal_yen": 0}, {"rate_per_mille": 201}, {"years": 51}, {"years": 0}, {"security": " "}]
)
def test_impossible_terms_are_not_offered(changes: dict[str, object]) -> None:
    assert code_of(replace(LOAN, **changes).text) == "card-service-terms-impossible"  # type: ignore[arg-type] - wrong on purpose


@pytest.mark.requirement("R-213")
def test_a_telephone_contract_goes_through_its_steps_and_types_nothing(desk: Desk, holder: Customer) -> None:
    _, counter = recognised(desk, "架空モバイル")
    operator, now = MobileOperator(counter, counter.randomness), desk.clock.now()
    code = operator.sell_package()
    begun = operator.activate(code, now)
    assert (begun.step, begun.form) == (Step.ACTIVATED, None)
    assert code_of(lambda: operator.finish(code)) == "card-service-activation-code-unknown"
    confirmed = operator.confirm(code, holder.certificate, holder.sign(begun.shown.document), now)
    assert (confirmed.step, confirmed.form) == (Step.CONFIRMED, OWN)
    assert operator.finish(code).step is Step.DONE
    assert code_of(lambda: operator.activate(code, now)) == "card-service-activation-code-used"
    assert code_of(lambda: operator.finish(code)) == "card-service-activation-code-used"


@pytest.mark.requirement("R-213")
def test_a_wrong_code_and_a_card_that_does_not_check_stop_the_contract_where_it_is(
    desk: Desk, holder: Customer
) -> None:
    _, counter = recognised(desk, "架空モバイル")
    operator, now = MobileOperator(counter, counter.randomness), desk.clock.now()
    code = operator.sell_package()
    assert code_of(lambda: operator.activate("0" * 12, now)) == "card-service-activation-code-unknown"
    assert code_of(lambda: operator.confirm(code, b"", b"", now)) == "card-service-activation-code-unknown"
    begun = operator.activate(code, now)
    wrong = holder.sign(b"something else")
    refused = code_of(lambda: operator.confirm(code, holder.certificate, wrong, now))
    assert refused == "card-signature-invalid"
    assert code_of(lambda: operator.finish(code)) == "card-service-activation-code-unknown"
    assert operator.confirm(code, holder.certificate, holder.sign(begun.shown.document), now).form == OWN


@pytest.mark.requirement("R-213")
def test_characters_written_in_place_of_others_are_marked_in_the_form(desk: Desk) -> None:
    marked = customer(desk, name_substituted="00010", address_substituted="0" * len(OWN_ITEMS.address))
    _, counter = recognised(desk, "架空モバイル")
    operator, now = MobileOperator(counter, counter.randomness), desk.clock.now()
    code = operator.sell_package()
    begun = operator.activate(code, now)
    form = operator.confirm(code, marked.certificate, marked.sign(begun.shown.document), now).form
    assert form == replace(OWN, name_substituted=True)


def applied(firm: SecuritiesFirm, holder: Customer, now: datetime) -> tuple[str, bytes]:
    """What the customer's device does: read the number, commit to it, sign; return the identifier and signature."""
    salt = firm.new_salt()
    own = holder.client.read_individual_number(ITEMS_PIN)
    application = firm.apply(salt, commitment(salt, own), now)
    return application.to_sign.identifier, holder.sign(application.to_sign.document)


@pytest.mark.requirement("R-214")
def test_identity_and_number_come_in_one_go_and_trading_begins_at_once(desk: Desk, holder: Customer) -> None:
    _, counter = recognised(desk, "架空証券")
    firm, now = SecuritiesFirm(counter, counter.randomness, holder.items_root), desk.clock.now()
    identifier, signature = applied(firm, holder, now)
    files = holder.client.read_signed_items(ITEMS_PIN)
    account = firm.open(identifier, holder.certificate, signature, files, now)
    assert (account.number, account.signed.holder, account.trading_since) == (number(), OWN, now)
    shown = account.signed.document.decode()
    assert "支払調書" in shown
    assert number().reveal() not in shown
    assert number().reveal() not in repr(account) + repr(files)


@pytest.mark.requirement("R-214")
def test_a_number_of_somebody_else_opens_no_account(desk: Desk, holder: Customer) -> None:
    _, counter = recognised(desk, "架空証券")
    firm, now = SecuritiesFirm(counter, counter.randomness, holder.items_root), desk.clock.now()
    other = customer(
        desk, "card-2", items=replace(OWN_ITEMS, name="架空　太郎"), own=number("98765432101")
    )  # the certificate names the holder, the items file somebody else
    files, own = other.client.read_signed_items(ITEMS_PIN), holder.client.read_signed_items(ITEMS_PIN)

    identifier, signature = applied(firm, holder, now)
    opened = lambda items, root: code_of(  # noqa: E731 - three refusals of one application
        lambda: replace_root(firm, root).open(identifier, holder.certificate, signature, items, now)
    )
    assert opened(files, holder.items_root) == "chip-signature-invalid"
    assert opened(files, other.items_root) == "card-service-number-not-signed-for"
    assert opened(replace(own, number_file=files.number_file), holder.items_root) == "malformed-card-file"
    identifier, signature = applied(firm, other, now)
    replace_root(firm, other.items_root)
    refused = code_of(lambda: firm.open(identifier, other.certificate, signature, files, now))
    assert refused == "card-service-number-of-another-person"
    assert firm.accounts == []


def replace_root(firm: SecuritiesFirm, root: bytes) -> SecuritiesFirm:
    firm.items_root = root
    return firm
