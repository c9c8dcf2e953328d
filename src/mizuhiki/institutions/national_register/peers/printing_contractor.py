"""The printing contractor's file as a port: register records as the lines that are printed (R-099, R-100)."""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.errors import UnknownPerson
from mizuhiki.institutions.national_register.domain.notices import PrintRun, Sheet, WaitingEnvelope
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.vocabulary.places import municipality
from mizuhiki.wire import contractor_file

CARD = "notification-card"
ENDORSEMENT_LINES = 4
APPLICATION_URL = "https://apply.example/card"
"""Where the QR symbol of the application form leads unless the setting ``application_url`` says otherwise."""


class PrintingContractor:
    """Implements `ports.ContractorFormat`."""

    def __init__(self, application_url: str = "") -> None:
        self._url = application_url or APPLICATION_URL

    def encode(self, run: PrintRun) -> bytes:
        """Return the file of a run."""
        return contractor_file.encode(
            run.run,
            run.made_on,
            [
                (self._envelope(one), [self._sheet(sheet, person) for sheet, person in one.sheets])
                for one in run.envelopes
            ],
        )

    def _envelope(self, envelope: WaitingEnvelope) -> contractor_file.EnvelopeLine:
        return contractor_file.EnvelopeLine(
            mailing=envelope.mailing,
            service=contractor_file.REGISTERED_MAIL,
            recipient=envelope.recipient.reveal(),
            destination=envelope.destination.reveal(),
            sheets=len(envelope.sheets),
        )

    def _sheet(self, sheet: Sheet, person: NumberedPerson) -> contractor_file.SheetLine:
        items = person.four_items
        if items is None:
            raise UnknownPerson
        issuer = f"{municipality(sheet.municipality_code).full_name}長"
        card = sheet.form == CARD
        face = contractor_file.Face(
            individual_number=person.number.reveal(),
            name=items.name,
            birth_date=items.birth_date,
            address=items.address if card else "",
            sex=int(items.sex) if card else 0,
        )
        return contractor_file.SheetLine(
            notice_number=sheet.number,
            form=sheet.form,
            issuer=issuer,
            face=face,
            security=contractor_file.SECURITY_FEATURES if card else (),
            endorsement_lines=ENDORSEMENT_LINES if card else 0,
            audio_text=contractor_file.audio_text(face, issuer, sheet.form),
            application=contractor_file.ApplicationForm(
                application_id=sheet.application_id,
                name=items.name,
                address=items.address,
                birth_date=items.birth_date,
                sex=int(items.sex),
                qr_content=f"{self._url}?id={sheet.application_id}",
            ),
        )
