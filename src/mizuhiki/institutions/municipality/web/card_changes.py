"""A card on the desk's reader: set a PIN anew, renew the certificate, endorse, suspend or end it (R-145, R-155, R-182).

PINs never come back to the page. Which chip lies on the reader the register finds out, not this page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from mizuhiki.card.free_area import free_area_catalogue
from mizuhiki.card.generation import KeyRole, PinRole
from mizuhiki.card.memory import LifeState
from mizuhiki.card.reader import Reader
from mizuhiki.institutions.municipality.domain.cards import EndorsedItem, OwnApplication, ShownCard
from mizuhiki.institutions.municipality.domain.errors import SubstitutesNotConfirmed
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.certificate_writing import CONFIRMED, confirmation, confirmed, writings
from mizuhiki.institutions.municipality.web.desk import CARD, REGISTER, REQUEST_ID, Desk
from mizuhiki.institutions.municipality.web.messages import PIN_NAMES
from mizuhiki.institutions.municipality.web.notices import document_choices, documents_of
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import may_have_signature_certificate
from mizuhiki.vocabulary.ids import InstitutionKind

ACTION = "change-card"
SERIAL = re.compile(r"[0-9A-Z]{16}\Z")
_PINS = {f"pin-{role.value}": role for role in map(PinRole, PIN_NAMES)}
_STATES = {
    "suspend": LifeState.SUSPENDED,
    "resume": LifeState.PERSONALISED,
    "abolish": LifeState.ABOLISHED,
}
_ENDORSE = "endorse"
_RENEWALS = {"renew": KeyRole.SIGNATURE, "renew-user-identification": KeyRole.USER_IDENTIFICATION}
_DECLINES = {"no-signature": KeyRole.SIGNATURE, "no-user-identification": KeyRole.USER_IDENTIFICATION}
_WITHOUT_PIN = {"allow-without-pin": True, "end-without-pin": False}
_APPLICATIONS = {
    name: entry for name, entry in free_area_catalogue().items() if entry.provider == InstitutionKind.MUNICIPALITY.value
}
_INSTALL = {f"install-{name}": name for name in _APPLICATIONS}
_REMOVE = {f"remove-{name}": name for name in _APPLICATIONS}
CHANGES = (*_PINS, *_RENEWALS, *_DECLINES, _ENDORSE, *_STATES, *_WITHOUT_PIN, *_INSTALL, *_REMOVE)


_KEPT = (REQUEST_ID, "change", "card_serial", "items", "documents", "ordinance", "content", CONFIRMED)


class DeskReader(Protocol):
    """The reader beside the counter."""

    def reader(self, card_serial: str) -> Reader | None:
        """Return the reader when a card lies on it; a drawer of test cards puts the one with this serial there."""


class CardChangePages:
    """The form of a change and its confirmation."""

    def __init__(self, desk: Desk, device: DeskReader | None) -> None:
        self._desk = desk
        self._device = device
        desk.site.route("/residents/<resident>/card-change", ("GET", "POST"))(self.card_change)
        desk.site.route("/residents/<resident>/card-change/done")(self.card_changed)

    def card_change(self, resident: str) -> Reply:
        """Take what is to be done with the card on the reader, and do it."""
        desk = self._desk
        desk.require(ACTION)
        record = desk.operations.resident(desk.context(REGISTER, "change a card"), resident, work=Work.CARD)
        if self._device is None:
            return desk.site.render("card_no_device.html", back=f"/households/{record.household}")
        if request.method == "GET":
            return self._show(record, desk.new_form())
        form = Form.posted(request.form)
        desk.request_id(form)
        call = self._read(record, form, self._device)
        lines: list[str] = []
        fields = {SubstitutesNotConfirmed.code: CONFIRMED}
        if call is None or not form.good or not desk.attempt(form, lambda: lines.extend(call()), fields):
            return self._show(record, self._without_pins(form))
        desk.site.store(f"card-change/{resident}", [form.value("change"), *lines])
        return desk.site.redirect(f"/residents/{resident}/card-change/done")

    def _read(self, record: ResidentRecord, form: Form, device: DeskReader) -> Callable[[], list[str]] | None:
        """Return what is to be done; None with messages when the form is not complete."""
        desk = self._desk
        _ = desk.site.translate
        change = form.choose("change", CHANGES, _("Choose what is to be done."))
        serial = form.value("card_serial").upper()
        if not SERIAL.match(serial):
            form.refuse("card_serial", _("Type the 16 characters on the front of the card."))
        pin = self._pin(form) if change in _PINS or change in _RENEWALS or change in _INSTALL else ""
        wanted = self._wanted(form, change)
        items = tuple(item for item in EndorsedItem if item.value in form.all("items"))
        if change == _ENDORSE and not items:
            form.refuse("items", _("Choose which items changed."))
        reader = device.reader(serial) if form.good else None
        if reader is None:
            form.refuse("", _("No card lies on the reader."))
            return None
        shown = ShownCard(
            resident=record.resident,
            card_serial=serial,
            face_compared="yes" in form.all("face_compared"),
            documents=documents_of(form),
            substitutes_confirmed=confirmed(form),
        )
        return lambda: self._do(change, shown, reader, pin, items, wanted)

    def _wanted(self, form: Form, change: str) -> OwnApplication | None:
        """Return the application to be installed; without its ordinance it is not asked for."""
        if change not in _INSTALL:
            return None
        _ = self._desk.site.translate
        ordinance = form.require("ordinance", _("Name the ordinance that lets the municipality use the card."))
        return OwnApplication(_INSTALL[change], ordinance, form.value("content"))

    def _do(  # noqa: PLR0917 - what the form said
        self,
        change: str,
        shown: ShownCard,
        reader: Reader,
        pin: str,
        items: tuple[EndorsedItem, ...],
        wanted: OwnApplication | None,
    ) -> list[str]:
        operations, context = self._desk.operations, self._desk.context(CARD, f"card: {change}")
        if change in _PINS:
            operations.reset_pin(context, shown, reader, _PINS[change], pin)
        elif change in _RENEWALS:
            operations.renew_certificate(context, shown, reader, _RENEWALS[change], pin)
        elif change in _DECLINES:
            operations.decline_certificate(context, shown, reader, _DECLINES[change])
        elif change == _ENDORSE:
            return operations.endorse_card(context, shown, reader, items)
        elif wanted is not None:
            operations.install_application(context, shown, reader, wanted, pin)
        elif change in _WITHOUT_PIN:
            operations.set_use_without_pin(context, shown, reader, allowed=_WITHOUT_PIN[change])
        elif change in _REMOVE:
            operations.remove_application(context, shown, reader, _REMOVE[change])
        else:
            operations.set_card_state(context, shown, reader, _STATES[change])
        return []

    def _pin(self, form: Form) -> str:
        _ = self._desk.site.translate
        typed = form.require("pin", _("Let the person type the new PIN."))
        if form.value("pin_again") != typed:
            form.refuse("pin_again", _("The two entries differ."))
        return typed

    def _without_pins(self, form: Form) -> Form:
        """Return the form without the PINs."""
        kept = {name: form.all(name) for name in _KEPT}
        shown = Form({**kept, "face_compared": form.all("face_compared")})
        for name, message in form.errors.items():
            shown.refuse(name, message)
        return shown

    def _names(self) -> dict[str, str]:
        _ = self._desk.site.translate
        pins = {name: _("Set anew: %(pin)s", pin=_(PIN_NAMES[role.value])) for name, role in _PINS.items()}
        own = {
            choice: text
            for name, entry in _APPLICATIONS.items()
            for title in (entry.title_ja if self._japanese else entry.title,)
            for choice, text in (
                (f"install-{name}", _("Install: %(application)s", application=title)),
                (f"remove-{name}", _("Remove: %(application)s", application=title)),
            )
        }
        return (
            pins
            | own
            | {
                "renew": _("Renew the signature certificate"),
                "renew-user-identification": _("Renew the user identification certificate"),
                "no-signature": _("No signature certificate wanted: destroy its key for good"),
                "no-user-identification": _("No user identification certificate wanted: end it for good"),
                _ENDORSE: _("Endorse changed items"),
                "suspend": _("Suspend the card"),
                "resume": _("Take the card into use again"),
                "abolish": _("Abolish the card for good"),
                "allow-without-pin": _("Let approved terminals use the card without PIN"),
                "end-without-pin": _("Let no terminal use the card without PIN"),
            }
        )

    @property
    def _japanese(self) -> bool:
        return self._desk.site.language.startswith("ja")

    def _show(self, record: ResidentRecord, form: Form) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        return desk.site.render(
            "card_change.html",
            form=form,
            back=f"/households/{record.household}",
            bar=[
                Answer(_("Name"), record.name.full),
                Answer(_("Date of birth"), words.born(record.birth_date, desk.today())),
                Answer(_("Address"), record.address),
            ],
            changes=[Choice(change, name) for change, name in self._names().items()],
            items=[Choice("address", _("Address")), Choice("name", _("Name"))],
            compared=[Choice("yes", _("The face on the card is that of the person here"))],
            documents=document_choices(desk),
            written=writings(desk, record) if may_have_signature_certificate(record.birth_date, desk.today()) else [],
            confirmed=confirmation(desk),
        )

    def card_changed(self, resident: str) -> Reply:
        """Confirm a change; after an endorsement, with the lines to be printed on the card."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ACTION)
        record = desk.operations.resident(desk.context(REGISTER, "confirm a card"), resident, work=Work.CARD)
        kept = desk.site.stored(f"card-change/{resident}")
        if not isinstance(kept, list):
            return desk.site.redirect(f"/households/{record.household}")
        change, *lines = (str(text) for text in kept)
        return desk.site.render(
            "entered.html",
            title=_("The card is changed"),
            reference="",
            text=self._names().get(change, ""),
            warning=_("Print these lines into the endorsement field of the card.") if lines else "",
            answers=[Answer(_("Line"), line) for line in lines],
            following=[Action(_("Back to the household"), f"/households/{record.household}", "h")],
        )
