"""Where somebody hides stays with the municipality: every byte that leaves for the card maker is searched for it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.institutions.municipality.domain.actual_residences import DeliveryPath, LongStay, ResidenceCase
from mizuhiki.institutions.municipality.domain.errors import ActorOfOtherInstitution
from mizuhiki.institutions.municipality.domain.notices import NoticeState, Treatment
from mizuhiki.institutions.national_register.store.person_cipher import PersonCipher
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import national_register as wire
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import keystore_of, make_environment
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA
from support.notices import SECRET, NoticePlace, make_place

HALL = "宮崎県都城市役所"
REGISTER = InstitutionId("national-register")


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    place = make_place()
    yield place
    place.country.close()


def forms_of(text: str) -> list[bytes]:
    """The ways a text stands in bytes: plain, JSON-escaped, and base64 at each offset, without the uncertain ends."""
    raw = text.encode()
    coded = [base64.b64encode(bytes(shift) + raw)[4:-4] for shift in range(3)]
    return [raw, text.encode("utf-16-le"), text.encode("unicode_escape"), *coded]


def bytes_of(database_url: str) -> bytes:
    """A whole SQLite database with its write-ahead log."""
    path = Path(database_url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def messages_to(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Record the plaintext of every message that is sealed for anybody, before it is encrypted."""
    sent: list[bytes] = []
    original = Peers.seal_bytes

    def seal_bytes(self: Peers, institution: InstitutionId, content: bytes, context: bytes) -> SealedEnvelope:
        sent.append(content)
        return original(self, institution, content, context)

    monkeypatch.setattr(Peers, "seal_bytes", seal_bytes)
    return sent


def decrypted_destinations(place: NoticePlace) -> list[str]:
    """What the card maker can read of every destination it holds, with its own keys."""
    cipher = PersonCipher(REGISTER, keystore_of(REGISTER))
    engine = sa.create_engine(place.country.databases["national-register"])
    table = sa.Table("notice_envelopes", sa.MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        rows = list(connection.execute(sa.select(table)))
    engine.dispose()
    return [
        cipher.decrypt_text(
            row.destination_encrypted, table.name, "destination_encrypted", f"{row.municipality_code}/{row.mailing}"
        )
        for row in rows
    ]


def register_secret(place: NoticePlace, how: str, resident: str) -> None:
    if how == "violence kept at the hall":
        place.residence(resident, ResidenceCase.VIOLENCE, path=DeliveryPath.TOWN_HALL)
    elif how == "long stay kept at the hall":
        stay = LongStay(nobody_at_address=True, expected_for_long=True)
        place.residence(resident, ResidenceCase.LONG_STAY, path=DeliveryPath.TOWN_HALL, long_stay=stay)
    elif how == "violence without approval":
        place.residence(resident, ResidenceCase.VIOLENCE)
    else:
        place.residence(resident, ResidenceCase.UNAVOIDABLE)
        place.protect(resident)


@pytest.mark.requirement("R-116")
@pytest.mark.parametrize(
    "how",
    [
        "violence kept at the hall",
        "long stay kept at the hall",
        "violence without approval",
        "protected without approval",
    ],
)
def test_an_address_to_be_kept_from_the_card_maker_is_in_no_byte_it_gets(
    place: NoticePlace, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = place.number()[1]
    sent = messages_to(monkeypatch)
    register_secret(place, how, mother)
    place.send()
    printed = place.print_file()
    place.returned(mother)
    place.country.pump()
    # The search finds what is there: the family's address is in the messages and in the file.
    assert any(ADDRESS.encode() in message for message in sent)
    assert HALL in decrypted_destinations(place)
    assert HALL.encode() in printed
    everything = [*sent, printed, bytes_of(place.country.databases["national-register"])]
    everything += [bytes_of(place.country.databases[MIYAKONOJO])]
    for form in forms_of(SECRET):
        assert not [content for content in everything if form in content]
    assert SECRET not in decrypted_destinations(place)


def test_the_same_search_finds_an_address_on_the_direct_path(
    place: NoticePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = place.number()[1]
    sent = messages_to(monkeypatch)
    place.residence(mother, ResidenceCase.UNAVOIDABLE)
    place.send()
    assert any(SECRET.encode() in message for message in sent)
    assert SECRET.encode() in place.print_file()
    assert SECRET in decrypted_destinations(place)


def test_a_protected_person_without_a_residence_is_posted_to_the_hall_and_not_home(place: NoticePlace) -> None:
    mother = place.number()[1]
    place.protect(mother)
    place.send()
    going = {one.line.destination: [sheet.face.name for sheet in one.sheets] for one in place.printed().envelopes}
    assert going == {HALL: ["山田　太郎", "山田　花子", "山田　一郎"]}, "the household shares the address that is kept"


def test_a_measure_that_comes_after_the_order_stops_the_printing(place: NoticePlace) -> None:
    mother = place.number()[1]
    place.send()
    place.protect(mother)
    assert place.printed().envelopes == ()


def test_the_name_of_a_protected_person_stands_on_no_list_of_returned_mail(place: NoticePlace) -> None:
    father, mother, _child = place.number()
    place.send()
    place.returned(father)
    place.returned(mother)
    place.protect(mother)
    _counts, lines = place.desk.returned_mail(place.context())
    assert {line.notice.resident: line.name for line in lines} == {father: "", mother: ""}, (
        "who lives with her tells where"
    )


def test_roles_without_the_task_and_other_municipalities_do_nothing(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    card = place.returned(father)
    for role in ("tax-officer", "linkage-officer", "approver"):
        context = place.context(role)
        for forbidden in (
            lambda c=context: place.desk.view(c, card.notice),
            lambda c=context: place.desk.returned_mail(c),
            lambda c=context: place.desk.collect(c, card.notice),
            lambda c=context: place.desk.forwarding_label(c, card.notice),
            lambda c=context: place.desk.dispatch(c),
        ):
            with pytest.raises(ActionNotPermitted):
                forbidden()
    with pytest.raises(ActorOfOtherInstitution):
        place.desk.view(place.country.context("counter-clerk", institution=SHIBUYA), card.notice)
    assert place.notice(father).state is NoticeState.RETURNED


def test_a_municipality_registers_no_return_and_orders_no_card_for_another(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    number = place.notice(father).number
    stranger = Peers(make_environment(SHIBUYA, clock=place.country.clock, transport=place.country.transport))
    returned = wire.ReturnedNotice(
        municipality_code="131130", notice_number=number, reason="refused-by-addressee", registered_on=date(2015, 10, 5)
    )
    with pytest.raises(PeerProblem) as refused:
        stranger.call_sealed(REGISTER, wire.REGISTER_RETURNED_NOTICE, returned, Acknowledgement)
    assert refused.value.peer_code == "unknown-notice-at-card-maker"
    with pytest.raises(PeerProblem) as refused:
        stranger.call_sealed(
            REGISTER,
            wire.REGISTER_RETURNED_NOTICE,
            msgspec.structs.replace(returned, municipality_code="452025"),
            Acknowledgement,
        )
    assert refused.value.peer_code == "other-municipality"
    assert place.treat(place.returned(father), Treatment.ASK_TO_VISIT).state is NoticeState.AWAITING_VISIT
