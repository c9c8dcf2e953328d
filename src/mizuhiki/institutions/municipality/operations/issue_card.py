"""Personalise a card at the desk (番号法17条; 公的個人認証法3条, 22条; R-128, R-200, R-201).

1. the register gives serial, security code and last day; 2. keys are made in the chip; 3. the certification authorities
issue certificates for them; 4. certificates, 5. items, 6. the face and the issuer's keys from the register, 7. PINs are
written; 8. the card is closed and handed over.
A form sent again goes on after step 3 with the same chip, so that a PIN that breaks a rule can be chosen anew.
"""

from __future__ import annotations

import dataclasses

from mizuhiki.card.chip import CardCertificates, CardTrust, Chip
from mizuhiki.card.generation import FileRole
from mizuhiki.crypto.card_session import IssuerKeys
from mizuhiki.documents.card.chip_images import chip_images
from mizuhiki.documents.card.form import form_on
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.documents.photos import check_photo
from mizuhiki.institutions.municipality.domain.cards import (
    CardContents,
    CardForm,
    CardState,
    CertificateRequest,
    DeskRecord,
    IssuedCard,
    IssuedCertificates,
)
from mizuhiki.institutions.municipality.domain.errors import (
    DateImpossible,
    LinkageNotReady,
    RecordNotCurrent,
    SignatureCertificateTooYoung,
    SubstitutesNotConfirmed,
)
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.domain.substitutes import Target, WrittenItems, write_for
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.keep_notices import card_issued_in
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import may_have_signature_certificate
from mizuhiki.vocabulary.places import municipality

ACTION = "issue-card"


def issue_card(context: Context, adapters: Adapters, form: CardForm, chip: Chip) -> IssuedCard:
    """Return what is printed on the card; a form of a card that was handed over returns the same and writes nothing.

    Raises:
        RecordNotCurrent, LinkageNotReady: the record is removed or has no number yet.
        SignatureCertificateTooYoung: a signature PIN for somebody under 15.
        SubstitutesNotConfirmed: the certificate has substitute characters that the person did not see (R-173).
        CertificateForAnotherKey: the form was sent before with another chip.
        PersonalisationOutOfOrder: the chip has keys but this form never got certificates; take a blank one.
        PinNotAllowed: a PIN breaks a rule; ask for another and send the form again.
    """
    grounds = adapters.permit(context, ACTION)
    if form.issued_on > context.today():
        raise DateImpossible(item="issued_on")
    with adapters.store.transaction() as records:
        record = records.register.resident(form.resident)
        known = records.desk.card_of_request(form.request_id)
    if record.state is RecordState.REMOVED:
        raise RecordNotCurrent
    if record.number is None:
        raise LinkageNotReady
    written = write_for(Target.CERTIFICATE, record.four_items)
    if written.changed and form.signature_pin is not None and not form.substitutes_confirmed:
        raise SubstitutesNotConfirmed
    if form.signature_pin is not None and not may_have_signature_certificate(record.birth_date, form.issued_on):
        raise SignatureCertificateTooYoung
    card = adapters.numbers.register_card(form.request_id, record.code, form.issued_on)
    if known is not None and known.state is CardState.HANDED_OVER:
        return card
    desk, certificates = _certify(context, adapters, form, chip, record=record, written=written, card=card, known=known)
    contents = adapters.card_issuer.make(
        record, card.card_serial, chip.card_number, _pictures(adapters, form, record, card)
    )
    chip.install_certificates(
        CardCertificates(
            user_identification=certificates.user_identification,
            user_identification_ca=certificates.user_identification_ca,
            signature=certificates.signature,
            signature_ca=certificates.signature_ca,
        )
    )
    chip.write_items(
        individual_number=record.number,
        four_items=record.four_items,
        resident_record_code=record.code,
        security_code=card.security_code,
        expires_on=card.expires_on,
        municipality_code=adapters.code,
    )
    _finish(chip, form, contents, adapters.certificates.terminal_authority())
    with adapters.store.transaction() as records:
        records.desk.put_card(dataclasses.replace(desk, state=CardState.HANDED_OVER))
        card_issued_in(context, records, form.resident)
        records.audit(grounds, "card-issued", "done", subject=form.resident)
    return card


def _certify(
    context: Context,
    adapters: Adapters,
    form: CardForm,
    chip: Chip,
    *,
    record: ResidentRecord,
    written: WrittenItems,
    card: IssuedCard,
    known: DeskRecord | None,
) -> tuple[DeskRecord, IssuedCertificates]:
    """Steps 2 and 3, or their stored result."""
    if known is not None and known.certificates is not None:
        return known, known.certificates
    desk = DeskRecord(
        form.request_id, form.resident, card.card_serial, form.issued_on, card.expires_on, CardState.REGISTERED
    )
    keys = chip.generate_keys(signature=form.signature_pin is not None)
    certificates = adapters.certificates.issue(
        CertificateRequest(
            request_id=form.request_id,
            four_items=written.of(record.four_items),
            name_marks=written.name.marks,
            address_marks=written.address.marks,
            card_serial=card.card_serial,
            card_expires_on=card.expires_on,
            user_identification_public_key=keys.user_identification,
            signature_public_key=keys.signature,
        ),
        record.code,
    )
    desk = dataclasses.replace(desk, state=CardState.CERTIFIED, certificates=certificates)
    with adapters.store.transaction() as records:
        records.desk.put_card(desk)
        records.desk.keep_written([(form.resident, one) for one in written.kept(context.now(), actor_text(context))])
    return desk, certificates


def _pictures(adapters: Adapters, form: CardForm, record: ResidentRecord, card: IssuedCard) -> dict[str, bytes]:
    """Return the pictures of the card's face, rendered as the face itself is.

    Raises:
        PhotoMissing and others of `documents`: the photograph is missing or unfit, or a text cannot be printed.
    """
    images = chip_images(printed_card(adapters.code, form, record, card), form_on(form.issued_on))
    return {
        "name": images.name,
        "address": images.address,
        "photo": images.photo,
        "security_code": images.security_code,
        "number": images.number,
    }


def printed_card(code: str, form: CardForm, record: ResidentRecord, card: IssuedCard) -> CardRecord:
    """Return what is printed on both sides of a card of the municipality `code` (R-128, R-129).

    Raises:
        LinkageNotReady: the record has no number.
        PhotoMissing and others of `documents`: the photograph is missing or unfit.
    """
    if record.number is None:
        raise LinkageNotReady
    return CardRecord(
        name=record.name.full,
        address=record.address,
        birth_date=record.birth_date,
        sex=record.sex,
        number=record.number,
        issued_on=form.issued_on,
        expires_on=card.expires_on,
        mayor=f"{municipality(code).name}長",
        card_serial=card.card_serial,
        security_code=card.security_code,
        photo=check_photo(form.photo, taken_on=form.issued_on, received_on=form.issued_on) if form.photo else None,
    )


def _finish(chip: Chip, form: CardForm, contents: CardContents, terminal_authority: bytes) -> None:
    """Write what the issuer gave and whom the chip trusts, then steps 7 and 8."""
    chip.set_issuer_keys(IssuerKeys.of_bytes(contents.issuer_keys))
    chip.install_trust(CardTrust(terminal_ca=terminal_authority, permit_authority=contents.permit_authority))
    chip.write_signed(
        {
            FileRole.ITEMS_SIGNATURE: contents.items_signature,
            FileRole.ITEMS_ISSUER_CERTIFICATE: contents.issuer_certificate,
            FileRole.FACE_BIRTH: contents.face_birth,
            FileRole.FACE: contents.face,
            FileRole.NUMBER_IMAGE: contents.number_image,
            FileRole.FACE_ISSUER_CERTIFICATE: contents.issuer_certificate,
        }
    )
    chip.set_pins(
        user_identification=form.user_pin,
        items=form.text_pin,
        resident_register=form.juki_pin,
        signature=form.signature_pin,
    )
    chip.close_personalisation()
