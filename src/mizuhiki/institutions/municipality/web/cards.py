"""The card desk: issue a card to a resident, who types the PINs (番号法17条; R-128, R-141, R-143).

PINs never come back to the page, are not logged and live no longer than the request. A chip stays on the desk until
its card is finished, so that a PIN the chip refuses can be chosen anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol

from mizuhiki.card.chip import Chip
from mizuhiki.card.errors import (
    CertificateForAnotherKey,
    PersonalisationClosed,
    PersonalisationOutOfOrder,
    PinNotAllowed,
)
from mizuhiki.card.generation import PinRole, card_generation
from mizuhiki.card.pins import broken_rule, guessable_pins, pin_bytes
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.institutions.municipality.domain.cards import CardForm, IssuedCard
from mizuhiki.institutions.municipality.domain.errors import SubstitutesNotConfirmed
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.issue_card import printed_card
from mizuhiki.institutions.municipality.web.certificate_writing import CONFIRMED, confirmation, confirmed, writings
from mizuhiki.institutions.municipality.web.desk import CARD, REGISTER, REQUEST_ID, Desk
from mizuhiki.institutions.municipality.web.messages import PIN_NAMES
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import may_have_signature_certificate
from mizuhiki.vocabulary.ids import key_of

ACTION = "issue-card"
GENERATION = "2016"
MOST_CHIPS = 32
PINS = {
    "user_pin": PinRole.USER_IDENTIFICATION,
    "text_pin": PinRole.ITEMS,
    "juki_pin": PinRole.RESIDENT_REGISTER,
    "signature_pin": PinRole.SIGNATURE,
}
_CHIP_UNUSABLE = (CertificateForAnotherKey, PersonalisationClosed, PersonalisationOutOfOrder)
"""The chip belongs to another attempt: the next one begins anew with a blank chip."""
_FIELD_OF = {role.value: name for name, role in PINS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedCard:
    """A card that comes out of the device: whose it is, what is printed on it, and its chip."""

    record: ResidentRecord = field(repr=False)
    printed: CardRecord = field(repr=False)
    chip: Chip = field(repr=False)


class CardDesk(Protocol):
    """The device with blank chips beside the counter, which prints and hands out cards."""

    def blank_chip(self) -> Chip:
        """Return a chip without keys and content."""

    def photograph(self, record: ResidentRecord) -> bytes:
        """Return the photograph of the resident's application as JPEG; empty for an infant's card."""

    def hand_over(self, card: FinishedCard) -> None:
        """Print a finished card and give it out; twice for one serial changes nothing."""


class CardPages:
    """The form of a card and its confirmation."""

    def __init__(self, desk: Desk, device: CardDesk | None, reader_url: str) -> None:
        self._desk = desk
        self._device = device
        self._reader_url = reader_url
        self._chips: OrderedDict[str, Chip] = OrderedDict()
        self._lock = threading.Lock()
        desk.site.route("/residents/<resident>/card", ("GET", "POST"))(self.card)
        desk.site.route("/residents/<resident>/card/issued")(self.card_issued)

    def card(self, resident: str) -> Reply:
        """Take the PINs and issue the card."""
        desk = self._desk
        desk.require(ACTION)
        record = desk.operations.resident(desk.context(REGISTER, "prepare a card"), resident, work=Work.CARD)
        device = self._device
        if device is None:
            return desk.site.render("card_no_device.html", back=f"/households/{record.household}")
        if request.method == "GET":
            return self._show(record, desk.new_form())
        form = Form.posted(request.form)
        request_id = desk.request_id(form)
        if desk.site.stored(f"card-done/{request_id}") is not None:
            return desk.site.redirect(f"/residents/{resident}/card/issued")
        self._check_pins(record, form)
        if self._with_signature(record) and writings(desk, record) and not confirmed(form):
            form.refuse(CONFIRMED, desk.site.translate(SubstitutesNotConfirmed.title))
        issued = (
            self._issue(desk.context(CARD, "issue a card at the desk"), device, record, form) if form.good else None
        )
        if issued is None:
            return self._show(record, self._without_pins(form))
        desk.site.store(f"card-done/{request_id}", value=True)
        desk.site.store(f"card/{resident}", [issued.card_serial, issued.expires_on.isoformat()])
        return desk.site.redirect(f"/residents/{resident}/card/issued")

    def _with_signature(self, record: ResidentRecord) -> bool:
        return may_have_signature_certificate(record.birth_date, self._desk.today())

    def _names(self, record: ResidentRecord) -> list[str]:
        return [name for name in PINS if name != "signature_pin" or self._with_signature(record)]

    def _check_pins(self, record: ResidentRecord, form: Form) -> None:
        """Check what can be known before the chip is touched; the chip has the last word."""
        _ = self._desk.site.translate
        generation = card_generation(GENERATION)
        guessable = guessable_pins(record.birth_date, "")
        for name in self._names(record):
            role = PINS[name]
            title = _(PIN_NAMES[role.value])
            typed = form.value(name)
            if not typed:
                form.refuse(name, _("Let the person type: %(pin)s", pin=title))
                continue
            layout = generation.pin_format(role)
            reason = broken_rule(layout, pin_bytes(typed))
            if reason is None and layout.not_birth_date_or_security_code and pin_bytes(typed) in guessable:
                reason = "birth-date-or-security-code"
            if reason:
                form.refuse(name, f"{title}: {self._desk.words.pin_reason(reason)}")
            elif form.value(f"{name}_again") != typed:
                form.refuse(f"{name}_again", _("%(pin)s: the two entries differ", pin=title))

    def _issue(self, context: Context, device: CardDesk, record: ResidentRecord, form: Form) -> IssuedCard | None:
        """Run the operation with the chip of this request; None with a message of the form when it was refused."""
        desk = self._desk
        card_form = CardForm(
            request_id=form.value(REQUEST_ID),
            resident=record.resident,
            user_pin=form.value("user_pin"),
            signature_pin=form.value("signature_pin") if self._with_signature(record) else None,
            juki_pin=form.value("juki_pin"),
            text_pin=form.value("text_pin"),
            issued_on=desk.today(),
            photo=device.photograph(record),
            substitutes_confirmed=confirmed(form),
        )
        chip = self._chip(card_form.request_id, device)
        issued: list[IssuedCard] = []

        def call() -> None:
            try:
                issued.append(desk.operations.issue_card(context, card_form, chip))
            except PinNotAllowed as refused:
                name = _FIELD_OF.get(str(refused.fields.get("pin")), "")
                form.refuse(name, desk.words.refusal(refused))
            except _CHIP_UNUSABLE:
                self._drop(card_form.request_id)
                raise

        if not desk.attempt(form, call, {SubstitutesNotConfirmed.code: CONFIRMED}) or not issued:
            return None
        printed = printed_card(key_of(desk.site.environment.institution), card_form, record, issued[0])
        device.hand_over(FinishedCard(record=record, printed=printed, chip=chip))
        self._drop(card_form.request_id)
        return issued[0]

    def _chip(self, request_id: str, device: CardDesk) -> Chip:
        with self._lock:
            if request_id not in self._chips:
                self._chips[request_id] = device.blank_chip()
                while len(self._chips) > MOST_CHIPS:
                    self._chips.popitem(last=False)
            return self._chips[request_id]

    def _drop(self, request_id: str) -> None:
        with self._lock:
            self._chips.pop(request_id, None)

    def _without_pins(self, form: Form) -> Form:
        """Return the form without the PINs; one whose chip is gone starts a new request."""
        with self._lock:
            kept = form.value(REQUEST_ID) in self._chips
        request_id = form.value(REQUEST_ID) if kept else self._desk.site.environment.randomness.token()
        shown = Form({REQUEST_ID: request_id, CONFIRMED: form.all(CONFIRMED)})
        for name, message in form.errors.items():
            shown.refuse(name, message)
        return shown

    def _show(self, record: ResidentRecord, form: Form) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        hints = {
            PinRole.SIGNATURE: _("6 to 16 capital letters and digits, at least one of each"),
            **dict.fromkeys(set(PINS.values()) - {PinRole.SIGNATURE}, _("Four digits, not the birth date")),
        }
        fields = [
            (name, _(PIN_NAMES[PINS[name].value]), hints[PINS[name]], PINS[name] is not PinRole.SIGNATURE)
            for name in self._names(record)
        ]
        return desk.site.render(
            "card.html",
            form=form,
            back=f"/households/{record.household}",
            bar=[
                Answer(_("Name"), record.name.full),
                Answer(_("Date of birth"), words.born(record.birth_date, desk.today())),
                Answer(_("Address"), record.address),
                Answer(_("Sex"), words.sex(record.sex)),
            ],
            fields=fields,
            young=not self._with_signature(record),
            written=writings(desk, record) if self._with_signature(record) else [],
            confirmed=confirmation(desk),
        )

    def card_issued(self, resident: str) -> Reply:
        """Confirm a card with its serial; the security code stands on the card only."""
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        desk.require(ACTION)
        record = desk.operations.resident(desk.context(REGISTER, "confirm a card"), resident, work=Work.CARD)
        kept = desk.site.stored(f"card/{resident}")
        if not isinstance(kept, list):
            return desk.site.redirect(f"/households/{record.household}")
        following = [Action(_("Back to the household"), f"/households/{record.household}", "h")]
        if self._reader_url:
            following.insert(0, Action(_("Try the card at the reader"), self._reader_url, "r"))
        return desk.site.render(
            "entered.html",
            title=_("The card is issued"),
            reference="",
            text=_("Hand the card to %(name)s.", name=record.name.full),
            warning=_("Compare the photograph with the person once more before you hand it over."),
            answers=[
                Answer(_("Card serial"), str(kept[0])),
                Answer(_("Valid until"), words.note(str(kept[1]))),
            ],
            following=following,
        )
