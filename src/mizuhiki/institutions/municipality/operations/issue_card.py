"""Personalise a card at the desk (番号法17条; 公的個人認証法3条, 22条; R-128, R-200, R-201).

1. the register gives serial, security code and last day; 2. keys are made in the chip; 3. the certification authorities
issue certificates for them; 4. certificates, 5. items, 6. PINs are written; 7. the card is closed and handed over.
A form sent again goes on after step 3 with the same chip, so that a PIN that breaks a rule can be chosen anew.
"""

from __future__ import annotations

import dataclasses

from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.institutions.municipality.domain.cards import (
    SIGNATURE_AGE,
    CardForm,
    CardState,
    CertificateRequest,
    DeskRecord,
    IssuedCard,
    IssuedCertificates,
)
from mizuhiki.institutions.municipality.domain.errors import (
    ChipCannotRenew,
    DateImpossible,
    LinkageNotReady,
    RecordNotCurrent,
    SignatureCertificateTooYoung,
    UnknownCard,
)
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.keep_notices import card_issued_in
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import legal_age_on
from mizuhiki.vocabulary.numbers import IndividualNumber

ACTION = "issue-card"


def issue_card(context: Context, adapters: Adapters, form: CardForm, chip: Chip) -> IssuedCard:
    """Return what is printed on the card; a form of a card that was handed over returns the same and writes nothing.

    Raises:
        RecordNotCurrent, LinkageNotReady: the record is removed or has no number yet.
        SignatureCertificateTooYoung: a signature PIN for somebody under 15.
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
    if form.signature_pin is not None and legal_age_on(record.birth_date, form.issued_on) < SIGNATURE_AGE:
        raise SignatureCertificateTooYoung
    card = adapters.numbers.register_card(form.request_id, record.code, form.issued_on)
    if known is not None and known.state is CardState.HANDED_OVER:
        return card
    desk, certificates = _certify(adapters, form, chip, record=record, card=card, known=known)
    _write(chip, form, record=record, number=record.number, card=card, certificates=certificates)
    with adapters.store.transaction() as records:
        records.desk.put_card(dataclasses.replace(desk, state=CardState.HANDED_OVER))
        card_issued_in(context, records, form.resident)
        records.audit(grounds, "card-issued", "done", subject=form.resident)
    return card


def _certify(
    adapters: Adapters,
    form: CardForm,
    chip: Chip,
    *,
    record: ResidentRecord,
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
            four_items=record.four_items,
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
    return desk, certificates


def _write(
    chip: Chip,
    form: CardForm,
    *,
    record: ResidentRecord,
    number: IndividualNumber,
    card: IssuedCard,
    certificates: IssuedCertificates,
) -> None:
    """Steps 4 to 7."""
    chip.install_certificates(
        CardCertificates(
            user_identification=certificates.user_identification,
            user_identification_ca=certificates.user_identification_ca,
            signature=certificates.signature,
            signature_ca=certificates.signature_ca,
        )
    )
    chip.write_items(
        individual_number=number,
        four_items=record.four_items,
        resident_record_code=record.code,
        security_code=card.security_code,
        expires_on=card.expires_on,
    )
    chip.set_pins(
        user_identification=form.user_pin,
        items=form.text_pin,
        resident_register=form.juki_pin,
        signature=form.signature_pin,
    )
    chip.close_personalisation()


def renew_signature_certificate(
    context: Context, adapters: Adapters, resident: str, chip: Chip, signature_pin: str
) -> None:
    """Put a new signature certificate onto a card of this municipality.

    A chip that was handed over takes no new key by any command of the card's specification; the desk is told to issue
    a new card instead of pretending.

    Raises:
        UnknownCard: no card was issued here to the resident.
        SignatureCertificateTooYoung: the resident is under 15.
        ChipCannotRenew: the chip is closed.
    """
    grounds = adapters.permit(context, ACTION)
    del signature_pin  # nothing may be written, so it is not even tried against the chip
    with adapters.store.transaction() as records:
        record = records.register.resident(resident)
        if not records.desk.cards_of(resident):
            raise UnknownCard
        records.audit(grounds, "signature-certificate-renewal", "refused", subject=resident)
    if legal_age_on(record.birth_date, context.today()) < SIGNATURE_AGE:
        raise SignatureCertificateTooYoung
    raise ChipCannotRenew(personalised="yes" if chip.personalised else "no")
