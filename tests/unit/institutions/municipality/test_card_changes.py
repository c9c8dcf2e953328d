"""What the desk does to a card that was handed over: real chip, real register, certificates in envelopes."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.errors import (
    CardNotOfThisIssuer,
    CardRefused,
    NoSignatureCertificateOnCard,
    PinBlocked,
    PinNotAllowed,
    WrongPin,
)
from mizuhiki.card.face import read_endorsement_file, read_face
from mizuhiki.card.faces import read_endorsements
from mizuhiki.card.free_area import UnknownApplication
from mizuhiki.card.generation import KeyRole, PinRole, card_generation
from mizuhiki.card.memory import LifeState
from mizuhiki.card.reader import InProcessReader
from mizuhiki.institutions.municipality.domain.card_lapses import ToldLapse
from mizuhiki.institutions.municipality.domain.cards import EndorsedItem, OwnApplication, ShownCard
from mizuhiki.institutions.municipality.domain.errors import (
    CardHolderNotVerified,
    CardLapsed,
    NothingToEndorse,
    SignatureCertificateTooYoung,
    SubstitutesNotConfirmed,
    UnknownCard,
)
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.notice_forms import IdentityDocument
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.card_lapse import LapseCause
from support.events import note
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS
from unit.institutions.municipality.test_card_desk import Desk, EnvelopeAuthority, blank, desk, form, with_selector

__all__ = ["desk"]

NEXT_ADDRESS = "東京都渋谷区神南1-19-11"


@dataclasses.dataclass
class HandedOver:
    """A card, on the reader of the desk that issued it."""

    desk: Desk
    chip: Chip
    shown: ShownCard

    @property
    def reader(self) -> InProcessReader:
        return InProcessReader(self.chip)

    @property
    def client(self) -> CardClient:
        return CardClient(self.reader, card_generation("2016"))

    @property
    def operations(self) -> MunicipalityOperations:
        return self.desk.operations

    def context(self) -> Context:
        made = self.desk.context()
        assert isinstance(made, Context)
        return made

    def number(self) -> str:
        return self.client.read_individual_number("8417").reveal()


@pytest.fixture
def card(desk: Desk) -> HandedOver:
    chip = blank()
    issued = desk.operations.issue_card(desk.context(), form(desk.residents[0]), chip)
    return HandedOver(
        desk, chip, ShownCard(resident=desk.residents[0], card_serial=issued.card_serial, face_compared=True)
    )


def block(card: HandedOver, role: PinRole, wrong: str, tries: int) -> None:
    for _ in range(tries):
        with pytest.raises(WrongPin):
            card.client.verify(role, wrong, confirm_last_try=True)
    with pytest.raises(PinBlocked):
        card.client.verify(role, wrong)


@pytest.mark.requirement("R-136", "R-137", "R-157")
def test_a_card_of_the_desk_carries_its_signed_face_in_the_chip(card: HandedOver) -> None:
    face = read_face(card.reader, card.number())
    assert face.birth_date.isoformat() == "1985-02-03"
    assert face.photo.startswith(b"\x00\x00\x00\x0cjP  ")
    for picture in (face.name_image, face.address_image, face.security_code_image, face.number_image):
        assert picture.startswith(b"\x89PNG")


@pytest.mark.requirement("R-145", "R-182")
def test_a_locked_pin_is_set_anew_at_the_desk_on_the_card_itself(card: HandedOver) -> None:
    for role, wrong, new, tries in (
        (PinRole.USER_IDENTIFICATION, "0000", "2580", 3),
        (PinRole.SIGNATURE, "WRONG1", "NEWER2", 5),
        (PinRole.ITEMS, "0000", "2580", 3),
        (PinRole.RESIDENT_REGISTER, "0000", "2580", 3),
    ):
        block(card, role, wrong, tries)
        card.operations.reset_pin(card.context(), card.shown, card.reader, role, new)
        card.client.verify(role, new)
        assert card.client.pin_tries_left(role) == tries


@pytest.mark.requirement("R-145")
def test_nobody_but_the_desk_of_the_municipality_resets_a_pin(card: HandedOver) -> None:
    block(card, PinRole.USER_IDENTIFICATION, "0000", 3)
    officer = card.desk.country.context("tax-officer", "card-issue")
    with pytest.raises(ActionNotPermitted):
        card.operations.reset_pin(officer, card.shown, card.reader, PinRole.USER_IDENTIFICATION, "2580")
    other = card.desk.country.apps[SHIBUYA].operations
    there = card.desk.country.context("counter-clerk", "card-issue", institution=SHIBUYA)
    with pytest.raises(Exception, match="record"):
        other.reset_pin(there, card.shown, card.reader, PinRole.USER_IDENTIFICATION, "2580")
    with pytest.raises(PinBlocked):
        card.client.verify(PinRole.USER_IDENTIFICATION, "2580")


@pytest.mark.requirement("R-182")
@pytest.mark.parametrize(
    ("documents", "enough"),
    [
        ((), False),
        ((IdentityDocument.HEALTH_INSURANCE_CARD,), False),
        ((IdentityDocument.HEALTH_INSURANCE_CARD, IdentityDocument.HEALTH_INSURANCE_CARD), False),
        ((IdentityDocument.HEALTH_INSURANCE_CARD, IdentityDocument.PENSION_BOOK), True),
        ((IdentityDocument.DRIVING_LICENCE,), True),
    ],
)
def test_where_the_face_is_not_compared_documents_are_asked_for(
    documents: tuple[IdentityDocument, ...], *, enough: bool
) -> None:
    ShownCard(resident="r", card_serial="0" * 16, face_compared=True).require_holder()
    shown = ShownCard(resident="r", card_serial="0" * 16, face_compared=False, documents=documents)
    if enough:
        shown.require_holder()
    else:
        with pytest.raises(CardHolderNotVerified):
            shown.require_holder()


def test_nobody_unverified_changes_a_card(card: HandedOver) -> None:
    shown, state = dataclasses.replace(card.shown, face_compared=False), LifeState.SUSPENDED
    operations, context, reader = card.operations, card.context(), card.reader
    for call in (
        lambda: operations.reset_pin(context, shown, reader, PinRole.ITEMS, "2580"),
        lambda: operations.renew_certificate(context, shown, reader, KeyRole.SIGNATURE, "NEWER2"),
        lambda: operations.endorse_card(context, shown, reader, (EndorsedItem.ADDRESS,)),
        lambda: operations.decline_certificate(context, shown, reader, KeyRole.SIGNATURE),
        lambda: operations.set_card_state(context, shown, reader, state),
    ):
        with pytest.raises(CardHolderNotVerified):
            call()


@pytest.mark.requirement("R-143")
def test_a_pin_that_breaks_a_rule_is_refused_by_the_chip_and_the_old_one_stays(card: HandedOver) -> None:
    with pytest.raises(PinNotAllowed):
        card.operations.reset_pin(card.context(), card.shown, card.reader, PinRole.USER_IDENTIFICATION, "1985")
    card.client.verify(PinRole.USER_IDENTIFICATION, "8417")


def test_another_card_on_the_reader_is_not_touched(card: HandedOver) -> None:
    chip = blank(b"another")
    other = card.desk.operations.issue_card(
        card.context(), form(card.desk.residents[1], request_id="other", user_pin="8417"), chip
    )
    assert other.card_serial != card.shown.card_serial
    with pytest.raises(PeerProblem) as caught:
        card.operations.reset_pin(card.context(), card.shown, InProcessReader(chip), PinRole.ITEMS, "2580")
    assert caught.value.peer_code == "card-not-of-this-resident"
    shown = dataclasses.replace(card.shown, card_serial=other.card_serial)
    with pytest.raises(UnknownCard):
        card.operations.reset_pin(card.context(), shown, InProcessReader(chip), PinRole.ITEMS, "2580")


@pytest.mark.requirement("R-155")
def test_a_signature_certificate_is_renewed_with_a_key_made_in_the_chip(card: HandedOver) -> None:
    before = card.client.signature_certificate("ABC123")
    card.operations.renew_certificate(card.context(), card.shown, card.reader, KeyRole.SIGNATURE, "NEWER2")
    after = card.client.signature_certificate("NEWER2")
    asked = card.desk.authority.requests[-1]
    assert asked.user_identification_public_key == b""
    assert asked.signature_public_key != card.desk.authority.requests[0].signature_public_key
    assert asked.signature_public_key in after
    assert after != before


@pytest.mark.requirement("R-173")
def test_a_renewed_signature_certificate_with_substitutes_waits_for_the_person_too(desk: Desk) -> None:
    father = with_selector(desk)[0]
    chip = blank()
    issued = desk.operations.issue_card(desk.context(), form(father, substitutes_confirmed=True), chip)
    shown = ShownCard(resident=father, card_serial=issued.card_serial, face_compared=True)
    card = HandedOver(desk, chip, shown)
    before = card.client.signature_certificate("ABC123")
    with pytest.raises(SubstitutesNotConfirmed):
        card.operations.renew_certificate(card.context(), shown, card.reader, KeyRole.SIGNATURE, "NEWER2")
    assert len(desk.authority.requests) == 1
    assert card.client.signature_certificate("ABC123") == before
    card.operations.renew_certificate(card.context(), shown, card.reader, KeyRole.USER_IDENTIFICATION, "2580")
    confirmed = dataclasses.replace(shown, substitutes_confirmed=True)
    card.operations.renew_certificate(card.context(), confirmed, card.reader, KeyRole.SIGNATURE, "NEWER2")
    assert (desk.authority.requests[-1].four_items.name, desk.authority.requests[-1].name_marks) == ("山田　辻", "0001")
    assert len(desk.operations.substitutions(card.context(), father)) == 2


def test_a_user_identification_certificate_is_renewed_and_the_other_stays(card: HandedOver) -> None:
    before = card.client.user_identification_certificate()
    signature = card.client.signature_certificate("ABC123")
    card.operations.renew_certificate(card.context(), card.shown, card.reader, KeyRole.USER_IDENTIFICATION, "2580")
    asked = card.desk.authority.requests[-1]
    assert asked.signature_public_key == b""
    assert asked.user_identification_public_key in card.client.user_identification_certificate()
    assert card.client.user_identification_certificate() != before
    assert card.client.signature_certificate("ABC123") == signature
    card.client.verify(PinRole.USER_IDENTIFICATION, "2580")


@pytest.mark.requirement("R-167")
def test_a_signature_certificate_that_is_not_wanted_is_destroyed_in_the_chip(card: HandedOver) -> None:
    user = card.client.user_identification_certificate()
    for _ in range(2):  # sent again after a stop
        card.operations.decline_certificate(card.context(), card.shown, card.reader, KeyRole.SIGNATURE)
    first, second = card.desk.authority.declined
    assert first == second
    assert (first.kind, first.card_serial) == ("signature", card.shown.card_serial)
    for use in (card.client.signature_certificate, lambda pin: card.client.sign(pin, b"content")):
        with pytest.raises(NoSignatureCertificateOnCard):  # what a card without that key is to a client
            use("ABC123")
    assert card.client.user_identification_certificate() == user
    assert card.client.sign_for_user_identification("8417", b"content")
    card.operations.renew_certificate(card.context(), card.shown, card.reader, KeyRole.SIGNATURE, "NEWER2")
    assert card.client.sign("NEWER2", b"content")


@pytest.mark.requirement("R-167")
def test_a_user_identification_certificate_that_is_not_wanted_is_ended_and_stays_in_the_chip(card: HandedOver) -> None:
    before = card.client.user_identification_certificate()
    card.operations.decline_certificate(card.context(), card.shown, card.reader, KeyRole.USER_IDENTIFICATION)
    [declined] = card.desk.authority.declined
    assert declined.kind == "user-identification"
    assert card.client.user_identification_certificate() == before


@pytest.mark.requirement("R-167")
def test_the_key_stays_when_the_authority_does_not_end_its_certificate(card: HandedOver) -> None:
    card.desk.authority.refuses = True
    with pytest.raises(UnknownCard):
        card.operations.decline_certificate(card.context(), card.shown, card.reader, KeyRole.SIGNATURE)
    assert card.client.sign("ABC123", b"content")


def test_no_signature_certificate_is_put_on_a_childs_card(card: HandedOver) -> None:
    chip, child = blank(b"child"), card.desk.residents[2]
    issued = card.operations.issue_card(card.context(), form(child, request_id="c", signature_pin=None), chip)
    shown = ShownCard(resident=child, card_serial=issued.card_serial, face_compared=True)
    with pytest.raises(SignatureCertificateTooYoung):
        card.operations.renew_certificate(card.context(), shown, InProcessReader(chip), KeyRole.SIGNATURE, "NEWER2")


def test_a_card_brought_to_the_desk_is_suspended_resumed_and_abolished(card: HandedOver) -> None:
    for state in (LifeState.SUSPENDED, LifeState.PERSONALISED, LifeState.ABOLISHED):
        card.operations.set_card_state(card.context(), card.shown, card.reader, state)
        assert card.chip.state is state
    with pytest.raises((CardRefused, CardNotOfThisIssuer)):
        card.operations.reset_pin(card.context(), card.shown, card.reader, PinRole.ITEMS, "2580")


def moved_to_shibuya(card: HandedOver) -> tuple[MunicipalityOperations, Context, ShownCard]:
    country = card.desk.country
    day = card.context().today()
    home, there = country.apps[MIYAKONOJO].operations, country.apps[SHIBUYA].operations
    mover = card.shown.resident
    record = home.resident(country.context("counter-clerk"), mover)
    reference = home.register_move_out(
        country.context("counter-clerk"), MoveOutForm("out", (mover,), day, SHIBUYA_ADDRESS, day, "the holder")
    )
    [new] = there.register_move_in(
        country.context("counter-clerk", institution=SHIBUYA),
        MoveInForm("in", "452025", reference, record.code.reveal(), SHIBUYA_ADDRESS, day, day, None, "the holder"),
    )
    country.pump()
    operations = dataclasses.replace(
        there, adapters=dataclasses.replace(there.adapters, certificates=EnvelopeAuthority())
    )
    context = country.context("counter-clerk", "card-issue", institution=SHIBUYA)
    return operations, context, dataclasses.replace(card.shown, resident=new)


@pytest.mark.requirement("R-155")
def test_after_a_move_the_card_is_endorsed_and_goes_on_at_the_new_municipality(card: HandedOver) -> None:
    there, context, shown = moved_to_shibuya(card)
    with pytest.raises(UnknownCard):
        there.reset_pin(context, shown, card.reader, PinRole.ITEMS, "2580")
    [line] = there.endorse_card(context, shown, card.reader, (EndorsedItem.ADDRESS,))
    assert SHIBUYA_ADDRESS in line
    assert card.client.read_four_items("8417").address == SHIBUYA_ADDRESS
    [kept] = read_endorsements(read_endorsement_file(card.reader, card.number()))
    assert (kept.day, kept.text) == (context.today(), line)
    with pytest.raises(NothingToEndorse):
        there.endorse_card(context, shown, card.reader, (EndorsedItem.ADDRESS,))
    there.reset_pin(context, shown, card.reader, PinRole.ITEMS, "2580")
    there.renew_certificate(context, shown, card.reader, KeyRole.SIGNATURE, "NEWER2")
    card.client.verify(PinRole.SIGNATURE, "NEWER2")
    with pytest.raises(Exception, match="record"):
        card.operations.reset_pin(card.context(), card.shown, card.reader, PinRole.ITEMS, "8417")


@pytest.mark.requirement("R-155")
def test_a_second_endorsement_stands_below_the_first(card: HandedOver) -> None:
    there, context, shown = moved_to_shibuya(card)
    country = card.desk.country
    [first] = there.endorse_card(context, shown, card.reader, (EndorsedItem.ADDRESS,))
    told = note(EventKind.MOVE_WITHIN, context.today(), context.today())
    clerk = country.context("counter-clerk", institution=SHIBUYA)
    there.events.move_within(clerk, told, [shown.resident], Place(NEXT_ADDRESS))
    country.pump()
    [second] = there.endorse_card(context, shown, card.reader, (EndorsedItem.ADDRESS,))
    assert NEXT_ADDRESS in second
    kept = read_endorsements(read_endorsement_file(card.reader, card.number()))
    assert [line.text for line in kept] == [first, second]
    assert card.client.read_four_items("8417").address == NEXT_ADDRESS


@pytest.mark.requirement("R-154")
def test_a_card_is_shown_at_the_new_municipality_within_ninety_days(card: HandedOver) -> None:
    there, context, shown = moved_to_shibuya(card)
    card.desk.country.clock.advance(timedelta(days=91))
    with pytest.raises(CardLapsed, match="lapsed") as caught:
        there.endorse_card(context, shown, card.reader, (EndorsedItem.ADDRESS,))
    assert caught.value.fields["cause"] == "not-shown-within-90-days"


@pytest.mark.requirement("R-154")
def test_a_card_that_the_register_ended_is_refused_with_the_cause_and_still_taken_back(card: HandedOver) -> None:
    country, day = card.desk.country, card.context().today()
    peer = country.context("peer", "card-issue")
    lapse = ToldLapse(
        card.operations.resident(country.context("counter-clerk"), card.shown.resident).code,
        card.shown.card_serial,
        day,
        LapseCause.NO_NOTICE_AFTER_PLANNED_DAY,
    )
    assert card.operations.events.take_card_lapses(peer, [lapse]) == 1
    assert card.operations.events.take_card_lapses(peer, [lapse]) == 0
    for call in (
        lambda: card.operations.endorse_card(card.context(), card.shown, card.reader, (EndorsedItem.ADDRESS,)),
        lambda: card.operations.reset_pin(card.context(), card.shown, card.reader, PinRole.ITEMS, "2580"),
    ):
        with pytest.raises(CardLapsed) as caught:
            call()
        assert caught.value.fields["cause"] == "no-notice-30-days-after-planned-day"
    card.operations.set_card_state(card.context(), card.shown, card.reader, LifeState.ABOLISHED)
    assert card.chip.state is LifeState.ABOLISHED


LIBRARY = OwnApplication("library", "図書館条例（平成30年条例第3号）", "L-0001")
LIBRARY_AID = "F0414D494E001002"


def library_says(card: HandedOver, pin: str) -> bytes:
    """What the library's application answers to somebody who types its PIN."""
    reader = card.reader
    if reader.transmit(bytes.fromhex(f"00A4040C08{LIBRARY_AID}")) != b"\x90\x00":
        return b""
    typed = pin.encode()
    reader.transmit(bytes.fromhex("00200091") + bytes((len(typed),)) + typed)
    return reader.transmit(bytes.fromhex("00B0810000"))


@pytest.mark.requirement("R-147", "R-158")
def test_the_municipality_installs_its_library_application_and_takes_it_away(card: HandedOver) -> None:
    operations = card.operations
    assert library_says(card, "4444") == b""
    operations.install_application(card.context(), card.shown, card.reader, LIBRARY, "4444")
    assert library_says(card, "4444") == b"L-0001\x90\x00"
    assert card.client.read_four_items("8417").name
    with pytest.raises(CardRefused):
        operations.install_application(card.context(), card.shown, card.reader, LIBRARY, "4444")
    operations.remove_application(card.context(), card.shown, card.reader, "library")
    assert library_says(card, "4444") == b""
    with pytest.raises(CardRefused):
        operations.remove_application(card.context(), card.shown, card.reader, "library")
    operations.install_application(card.context(), card.shown, card.reader, LIBRARY, "55555")
    assert library_says(card, "55555") == b"L-0001\x90\x00"


@pytest.mark.requirement("R-147")
@pytest.mark.parametrize(
    ("wanted", "pin", "error"),
    [
        (OwnApplication("points", "条例"), "4444", UnknownApplication),
        (OwnApplication("staff-pass", "条例"), "4444", UnknownApplication),
        (OwnApplication("nothing", "条例"), "4444", UnknownApplication),
        (OwnApplication("library", " "), "4444", PeerProblem),
        (OwnApplication("library", "条例"), "44", PinNotAllowed),
        (OwnApplication("library", "条例"), "44a4", PinNotAllowed),
    ],
)
def test_what_the_law_does_not_let_a_municipality_install_is_not_installed(
    card: HandedOver, wanted: OwnApplication, pin: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        card.operations.install_application(card.context(), card.shown, card.reader, wanted, pin)
    assert library_says(card, pin) == b""


@pytest.mark.requirement("R-147")
def test_nobody_installs_without_comparing_the_holder_or_without_being_the_clerk(card: HandedOver) -> None:
    stranger = dataclasses.replace(card.shown, face_compared=False)
    with pytest.raises(CardHolderNotVerified):
        card.operations.install_application(card.context(), stranger, card.reader, LIBRARY, "4444")
    officer = card.desk.country.context("tax-officer", "card-issue")
    with pytest.raises(ActionNotPermitted):
        card.operations.install_application(officer, card.shown, card.reader, LIBRARY, "4444")
    with pytest.raises(ActionNotPermitted):
        card.operations.remove_application(officer, card.shown, card.reader, "library")
    assert library_says(card, "4444") == b""
