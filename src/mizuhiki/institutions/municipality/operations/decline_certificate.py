"""End a certificate that the holder of a card does not want (R-167; 公的個人認証法9条, 28条).

The authority ends it first, so that a stop in between leaves a key without a good certificate and never the other way.
The signature key is then destroyed in the chip with its certificate and PIN (破棄); the user identification certificate
stays in the chip and is only ended (失効).
"""

from __future__ import annotations

from mizuhiki.card.errors import CardRefused
from mizuhiki.card.generation import KeyRole
from mizuhiki.card.reader import Reader
from mizuhiki.card.status import StatusWord
from mizuhiki.institutions.municipality.domain.cards import CardChange, DeclinedCertificate, ShownCard
from mizuhiki.institutions.municipality.domain.substitutes import Target, write_for
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.change_card import ACTION, card_of_here, open_for
from mizuhiki.runtime.context import Context


def decline_certificate(context: Context, adapters: Adapters, shown: ShownCard, reader: Reader, role: KeyRole) -> None:
    """End one certificate for good; sent again after a stop it goes on where it stopped.

    Raises:
        CardHolderNotVerified: see `ShownCard.require_holder`.
        UnknownCard: the card is not one of this resident here.
        PeerProblem: the authority issued no such certificate for the card, or the register opens no session with it.
    """
    grounds = adapters.permit(context, ACTION)
    shown.require_holder()
    record, held = card_of_here(adapters, shown)
    adapters.certificates.decline(
        DeclinedCertificate(
            kind=role.value,
            four_items=write_for(Target.CERTIFICATE, record.four_items).of(record.four_items),
            card_serial=held.card_serial,
            card_expires_on=held.expires_on,
        ),
        record.code,
    )
    if role is KeyRole.SIGNATURE:
        session = open_for(adapters, record, held, CardChange.DESTROY_KEY, reader)
        session.open_by_name("jpki")
        try:
            session.destroy_key(role)
        except CardRefused as error:
            if error.fields.get("word") != f"{StatusWord.REFERENCE_NOT_FOUND:04X}":
                raise  # 6A88 says that an earlier attempt destroyed it
    with adapters.store.transaction() as records:
        records.audit(grounds, "certificate-declined", role.value, subject=shown.resident)
