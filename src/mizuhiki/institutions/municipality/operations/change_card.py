"""What the desk does to a card that was handed over: PINs, certificates, endorsements, state (R-145, R-155, R-182).

The card lies on the desk's reader. Each change opens sessions with keys that the national register, as the issuer,
gives for that change alone; the chip puts a change into effect in one write or not at all. PINs are typed by the holder
and go into the encrypted session only.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from mizuhiki.card.certificates import encode_key
from mizuhiki.card.errors import CardRefused, NotAnIndividualNumberCard, PinNotAllowed
from mizuhiki.card.face import read_endorsement_file
from mizuhiki.card.faces import Endorsement, endorsements_file, read_endorsements
from mizuhiki.card.free_area import CatalogueEntry, ProviderKind, UnknownApplication, catalogue_entry
from mizuhiki.card.generation import CardGeneration, FileRole, KeyRole, PinRole, card_generation_on
from mizuhiki.card.issuer import PROVIDER_KEYS, IssuerSession
from mizuhiki.card.items import encode_four_items
from mizuhiki.card.memory import LifeState
from mizuhiki.card.pins import broken_rule, pin_bytes
from mizuhiki.card.reader import Reader
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.card_session import SecureSession
from mizuhiki.documents.card.form import Item, form_on
from mizuhiki.documents.errors import EndorsementFieldFull
from mizuhiki.institutions.municipality.domain.cards import (
    CardChange,
    CardSession,
    CardState,
    CertificateRequest,
    DeskRecord,
    EndorsedItem,
    OwnApplication,
    ShownCard,
)
from mizuhiki.institutions.municipality.domain.errors import (
    CardLapsed,
    LinkageNotReady,
    NothingToEndorse,
    RecordNotCurrent,
    SignatureCertificateTooYoung,
    SubstitutesNotConfirmed,
    UnknownCard,
)
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.domain.substitutes import Target, write_for
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.card_lapse import CardLife, lapse_of
from mizuhiki.vocabulary.dates import may_have_signature_certificate
from mizuhiki.vocabulary.places import municipality

ACTION = "change-card"
PINS = (PinRole.USER_IDENTIFICATION, PinRole.ITEMS, PinRole.RESIDENT_REGISTER, PinRole.SIGNATURE)
_APPLICATION_OF = {
    PinRole.USER_IDENTIFICATION: "jpki",
    PinRole.SIGNATURE: "jpki",
    PinRole.ITEMS: "items",
    PinRole.RESIDENT_REGISTER: "resident-register",
}


@dataclass(slots=True)
class _Sessions:
    """Gets sessions for one change of one card; keeps what the register said with the last."""

    adapters: Adapters
    record: ResidentRecord
    card_serial: str
    change: CardChange
    last: CardSession | None = field(default=None)
    wanted: OwnApplication | None = None

    def open_session(
        self, card_number: str, host_challenge: bytes, card_challenge: bytes, card_cryptogram: bytes
    ) -> SecureSession:
        """Implements `card.issuer.SessionSource`."""
        challenges = host_challenge, card_challenge
        self.last = self.adapters.card_issuer.open_session(
            self.record, self.card_serial, self.change, card_number, challenges, card_cryptogram, self.wanted
        )
        return SecureSession.of_keys(self.last.session_keys, host_challenge, card_challenge)


def reset_pin(  # noqa: PLR0917 - the card, which of its PINs, and the PIN
    context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, role: PinRole, pin: str
) -> None:
    """Set a PIN its holder just typed, with all its tries; the chip refuses one that breaks a rule (R-145).

    Raises:
        CardHolderNotVerified: see `ShownCard.require_holder`.
        UnknownCard: the card is not one of this resident here; after a move it is endorsed first.
        PinNotAllowed: the chip refused the PIN; it keeps the old one.
        PeerProblem: the register opens no session with this card.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    record, held = card_of_here(adapters, shown)
    session = open_for(adapters, record, held, CardChange.RESET_PIN, reader)
    session.open_by_name(_APPLICATION_OF[role])
    _set_pin(session, role, pin)
    with adapters.store.transaction() as records:
        records.audit(grounds, "card-pin-reset", role.value, subject=shown.resident)


def renew_certificate(  # noqa: PLR0917 - the card, which of its keys, and the PIN
    context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, role: KeyRole, pin: str
) -> None:
    """Have the chip make a new key, get its certificate and put both into effect together.

    It is due when the certificate ends with its fifth birthday; the signature certificate says the items of the
    register, so that it also follows a change of name or address (R-155). Until the last step the card keeps the old
    key; when it fails there, a new attempt makes a key and certificate anew.

    Raises:
        SignatureCertificateTooYoung: the resident is under 15.
        SubstitutesNotConfirmed: the signature certificate has substitute characters the person did not see (R-173).
        PinNotAllowed: the chip refused the PIN; nothing else was done.
        Others as `reset_pin`.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    record, held = card_of_here(adapters, shown)
    signature = role is KeyRole.SIGNATURE
    if signature and not may_have_signature_certificate(record.birth_date, context.today()):
        raise SignatureCertificateTooYoung
    written = write_for(Target.CERTIFICATE, record.four_items)
    if signature and written.changed and not shown.substitutes_confirmed:
        raise SubstitutesNotConfirmed
    session = open_for(adapters, record, held, CardChange.RENEW_CERTIFICATES, reader)
    session.open_by_name("jpki")
    _set_pin(session, PinRole(role.value), pin)
    key = session.generate_key(role)
    certificates = adapters.certificates.issue(
        CertificateRequest(
            request_id=f"renewal-{adapters.randomness.token()}",
            four_items=written.of(record.four_items),
            name_marks=written.name.marks,
            address_marks=written.address.marks,
            card_serial=held.card_serial,
            card_expires_on=held.expires_on,
            user_identification_public_key=b"" if signature else key,
            signature_public_key=key if signature else b"",
        ),
        record.code,
    )
    if signature:
        session.write(FileRole.SIGNATURE_CERTIFICATE, certificates.signature)
        session.write(FileRole.SIGNATURE_CA, certificates.signature_ca)
    else:
        session.write(FileRole.USER_IDENTIFICATION_CERTIFICATE, certificates.user_identification)
        session.write(FileRole.USER_IDENTIFICATION_CA, certificates.user_identification_ca)
    session.activate()
    with adapters.store.transaction() as records:
        if signature:
            records.desk.keep_written(
                [(record.resident, one) for one in written.kept(context.now(), actor_text(context))]
            )
        records.audit(grounds, f"{role.value}-certificate-renewed", "done", subject=shown.resident)


def endorse_card(
    context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, changed: tuple[EndorsedItem, ...]
) -> list[str]:
    """Write changed items into the chip and return the lines to be printed into the 追記欄 (R-155).

    After a move from elsewhere the card thereby goes on being used here, unless it lapsed (R-154); the register is told
    with the session. A line that stands there already is not written again.

    Raises:
        CardLapsed: a period of the move is over, or the card is.
        EndorsementFieldFull: no line is left; a new card is due.
        NothingToEndorse: the card says the same already, or no item was named.
        Others as `reset_pin`.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    record = _record(adapters, shown.resident)
    with adapters.store.transaction() as records:
        held = records.desk.card_of_serial(shown.card_serial)
        _require_not_told(records, shown.card_serial)
    if record.number is None:
        raise LinkageNotReady
    if held is None or held.resident != shown.resident:
        _require_not_lapsed(context, record)
    before = _lines(reader, record.number.reveal())
    sessions = _Sessions(adapters, record, shown.card_serial, CardChange.ENDORSE)
    session = IssuerSession(reader, sessions, adapters.randomness, _generation(context, held))
    session.open_by_name("items")
    opened = sessions.last
    if opened is None:
        raise CardRefused(word="6982")
    lines = _new_lines(context, adapters, record, changed, before)
    if not lines:
        raise NothingToEndorse
    if len(before) + len(lines) > form_on(opened.issued_on).area_of(Item.ENDORSEMENTS).lines:
        raise EndorsementFieldFull
    session.write(FileRole.FOUR_ITEMS, encode_four_items(record.four_items))
    session.write(FileRole.ITEMS_SIGNATURE, opened.items_signature)
    session.write(FileRole.ITEMS_ISSUER_CERTIFICATE, opened.issuer_certificate)
    session.activate()
    session.open_by_name("face")
    session.write(FileRole.ENDORSEMENTS, endorsements_file((*before, *lines)))
    session.activate()
    kept = held or DeskRecord(
        f"continued-{shown.card_serial}",
        shown.resident,
        shown.card_serial,
        opened.issued_on,
        opened.expires_on,
        CardState.HANDED_OVER,
    )
    with adapters.store.transaction() as records:
        records.desk.put_card(dataclasses.replace(kept, resident=shown.resident, state=CardState.HANDED_OVER))
        records.audit(grounds, "card-endorsed", "done", subject=shown.resident)
    return [line.text for line in lines]


def set_card_state(context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, state: LifeState) -> None:
    """Suspend a card, take it into use again, or abolish it for good; also one that lapsed, when it is brought back.

    Raises:
        As `reset_pin`.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    record, held = card_of_here(adapters, shown, removed=state is not LifeState.PERSONALISED)
    session = open_for(adapters, record, held, CardChange.SET_STATE, reader)
    session.open_by_name("card-manager")
    session.set_state(state)
    with adapters.store.transaction() as records:
        records.audit(grounds, "card-state-set", state.name.lower(), subject=shown.resident)


def set_use_without_pin(
    context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, *, allowed: bool
) -> None:
    """Let approved terminals use the user-identification key without its PIN, as the holder asks, or no longer (R-209).

    The key under which the chip checks terminals is the certification authority's of today, also on a card that was
    made before there was one.

    Raises:
        As `reset_pin`.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    record, held = card_of_here(adapters, shown)
    authority = adapters.certificates.terminal_authority() if allowed else b""
    session = open_for(adapters, record, held, CardChange.SET_USE_WITHOUT_PIN, reader)
    session.open_by_name("jpki")
    if authority:
        session.write(FileRole.TERMINAL_CA, encode_key(authority))
        session.activate()
    session.allow_use_without_pin(allowed=allowed)
    with adapters.store.transaction() as records:
        records.audit(grounds, "card-use-without-pin", "allowed" if allowed else "ended", subject=shown.resident)


def install_application(  # noqa: PLR0917 - the card, what is installed, and its first PIN
    context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, wanted: OwnApplication, pin: str
) -> None:
    """Install an application of the municipality in the free area and write its first file (番号法18条1号; R-147).

    The register permits it for this card on the ordinance that is named; the chip checks the permit by itself. The keys
    of the application are the municipality's own, so that it alone changes its content afterwards.

    Raises:
        PinNotAllowed: the first PIN, typed by the holder, has a form the application does not allow.
        PeerProblem: the register does not permit this application, or opens no session with this card.
        CardRefused: the application is there already, or there is no room.
        Others as `reset_pin`.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    record, held = card_of_here(adapters, shown)
    generation = card_generation_on(held.issued_on)
    layout = own_application(wanted.application).layout
    for entry in layout.pin:
        broken = broken_rule(generation.format[entry.format], pin_bytes(pin))
        if broken:
            raise PinNotAllowed(pin=PinRole.FREE_AREA.value, reason=broken)
    sessions = _Sessions(adapters, record, held.card_serial, CardChange.INSTALL_APPLICATION, wanted=wanted)
    session = IssuerSession(reader, sessions, adapters.randomness, generation)
    session.open_by_name("card-manager")
    if sessions.last is None:
        raise CardRefused(word="6982")
    keys = adapters.provider_keys(session.card_number, wanted.application)
    session.install(sessions.last.permit, keys, pin if layout.pin else "")
    if wanted.content:
        own = IssuerSession(reader, keys, adapters.randomness, generation, version=PROVIDER_KEYS)
        own.open(layout.aid_bytes)
        own.write_file(layout.file[0].fid, wanted.content.encode("utf-8"))
        own.activate()
    with adapters.store.transaction() as records:
        records.audit(grounds, "application-installed", wanted.application, subject=shown.resident)


def remove_application(
    context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, application: str
) -> None:
    """Take an application of the municipality away with its files and PIN.

    Raises:
        UnknownApplication: the catalogue has none of that name, or gives it to somebody else than municipalities.
        CardRefused: it is not on the card.
        Others as `reset_pin`.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    entry = own_application(application)
    record, held = card_of_here(adapters, shown)
    session = open_for(adapters, record, held, CardChange.REMOVE_APPLICATION, reader)
    session.open_by_name("card-manager")
    session.delete_application(entry.layout.aid_bytes)
    with adapters.store.transaction() as records:
        records.audit(grounds, "application-removed", application, subject=shown.resident)


def own_application(name: str) -> CatalogueEntry:
    """Return an application that a municipality may offer.

    Raises:
        UnknownApplication: the catalogue has none of that name, or gives it to somebody else.
    """
    entry = catalogue_entry(name)
    if entry.provider != ProviderKind.MUNICIPALITY.name.lower():
        raise UnknownApplication(application=name)
    return entry


def _set_pin(session: IssuerSession, role: PinRole, pin: str) -> None:
    try:
        session.set_pin(role, pin)
    except CardRefused as error:
        if error.fields.get("word") == f"{StatusWord.BAD_DATA:04X}":
            raise PinNotAllowed(pin=role.value, reason="card") from error
        raise


def open_for(
    adapters: Adapters, record: ResidentRecord, held: DeskRecord, change: CardChange, reader: Reader
) -> IssuerSession:
    """Return a session for one change with the card on the reader."""
    source = _Sessions(adapters, record, held.card_serial, change)
    return IssuerSession(reader, source, adapters.randomness, card_generation_on(held.issued_on))


def _generation(context: Context, held: DeskRecord | None) -> CardGeneration:
    return card_generation_on(context.today() if held is None else held.issued_on)


def _record(adapters: Adapters, resident: str, *, removed: bool = False) -> ResidentRecord:
    with adapters.store.transaction() as records:
        record = records.register.resident(resident)
    if record.state is RecordState.REMOVED and not removed:
        raise RecordNotCurrent
    return record


def card_of_here(adapters: Adapters, shown: ShownCard, *, removed: bool = False) -> tuple[ResidentRecord, DeskRecord]:
    """Return the holder's record and the card, which this municipality must have on its list.

    Raises:
        UnknownCard: the card is not one of this resident here.
        RecordNotCurrent: the resident was removed.
    """
    record = _record(adapters, shown.resident, removed=removed)
    with adapters.store.transaction() as records:
        held = records.desk.card_of_serial(shown.card_serial)
        if not removed:
            _require_not_told(records, shown.card_serial)
    if held is None or held.resident != shown.resident or held.state is not CardState.HANDED_OVER:
        raise UnknownCard
    return record, held


def _require_not_told(records: Records, card_serial: str) -> None:
    """Refuse a card of which the register told that it ended, so that the clerk sees why."""
    told = records.desk.lapse_of(card_serial)
    if told is not None:
        raise CardLapsed(cause=told.cause.value)


def _require_not_lapsed(context: Context, record: ResidentRecord) -> None:
    """Check the periods of the move that brought the holder here; the register checks the card's own days."""
    life = CardLife(
        expires_on=context.today(),
        moved_on=record.resident_since,
        notified_on=record.reported_on,
        shown_on=context.today(),
    )
    lapsed = lapse_of(life, context.today())
    if lapsed is not None:
        raise CardLapsed(cause=lapsed[1].value)


def _lines(reader: Reader, check_number: str) -> tuple[Endorsement, ...]:
    try:
        content = read_endorsement_file(reader, check_number)
    except NotAnIndividualNumberCard as error:
        raise UnknownCard from error
    return read_endorsements(content) if content else ()


def _new_lines(
    context: Context,
    adapters: Adapters,
    record: ResidentRecord,
    changed: tuple[EndorsedItem, ...],
    before: tuple[Endorsement, ...],
) -> list[Endorsement]:
    """Return a line for each changed item, unless the chip's last line of that item says the same."""
    office = f"（{municipality(adapters.code).name}長）"
    texts = {
        EndorsedItem.ADDRESS: f"住所 {record.address}{office}",
        EndorsedItem.NAME: f"氏名 {record.name.full}{office}",
    }
    last = {line.text[:2]: line.text for line in before}
    new = [texts[item] for item in dict.fromkeys(changed)]
    return [Endorsement(context.today(), text) for text in new if last.get(text[:2]) != text]
