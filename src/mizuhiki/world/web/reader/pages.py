"""The reader's pages: who asks and for what, which card, the PIN, and the way back to the website that asked.

The website gets certificate and signature, or a reason why not, and never the PIN: forms that go back to it hold
nothing else, and the PIN is neither kept nor shown again.
"""

from __future__ import annotations

from mizuhiki.card.agent import refuse_request
from mizuhiki.card.agent_protocol import (
    REQUEST_PARAMETER,
    RefusalCode,
    SigningKind,
    SigningRequest,
    SigningRequestExpired,
)
from mizuhiki.card.errors import (
    LastTryNeedsConfirmation,
    NoCertificateOnCard,
    NotAnIndividualNumberCard,
    PinBlocked,
    PinNotAllowed,
    WrongPin,
)
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.sensitive import Sensitive
from mizuhiki.world.web.reader.agent import ReaderAgent
from mizuhiki.world.web.reader.errors import RequestAnswered
from mizuhiki.world.web.reader.messages import PURPOSES
from mizuhiki.world.web.reader.waiting import Waiting, WaitingRequests
from mizuhiki.world.web.view import OfferedCard, OfferedCards

POSTS = "60 per minute"
CARD = "card"
"""Under this name the session keeps the key of the card that lies on the reader."""
_LATE_STATUS = 410


class ReaderPages:
    """Pages around one signature."""

    def __init__(
        self,
        site: Site,
        agent: ReaderAgent,
        drawer: OfferedCards,
        directory: Directory,
        *,
        waiting: WaitingRequests | None = None,
    ) -> None:
        self._site = site
        self._agent = agent
        self._drawer = drawer
        self._directory = directory
        self._waiting = waiting or WaitingRequests(site)
        site.route("/", public=True)(self.arrive)
        site.route("/ask/<handle>", ("GET", "POST"), public=True, throttle=POSTS)(self.consent)
        site.route("/ask/<handle>/pin", ("GET", "POST"), public=True, throttle=POSTS)(self.pin)
        site.route("/ask/<handle>/return", public=True)(self.back)

    def arrive(self) -> Reply:
        """Take the request a browser brings, or go to the drawer of cards."""
        text = request.args.get(REQUEST_PARAMETER, "")
        if not text:
            return self._site.redirect("/cards")
        try:
            read = self._agent.read(text, self._site.environment.clock.now())
        except Corrupt:
            raise
        except MizuhikiError as error:
            return self._site.render("distrust.html", status=error.status, code=error.code)
        if read.expired:
            return self._late(read.request)
        waiting = self._waiting.again(read.request)
        if waiting is None:
            self._agent.require_unanswered(read.request)
            kept = self._site.stored(CARD)
            waiting = self._waiting.bring(read.request, kept if isinstance(kept, str) else "")
        return self._site.redirect(f"/ask/{waiting.handle}")

    def consent(self, handle: str) -> Reply:
        """Show who asks, for what and with which key, and let the person choose a card."""
        waiting = self._waiting.find(handle)
        if waiting.answer is not None:
            return self._site.redirect(f"/ask/{handle}/return")
        if self._is_late(waiting.request):
            return self._late(waiting.request)
        if request.method == "POST":
            return self._put_on_reader(waiting, Form.posted(request.form))
        return self._consent_page(waiting, Form({"card": waiting.card}))

    def pin(self, handle: str) -> Reply:
        """Take the PIN and let the card sign."""
        waiting = self._waiting.find(handle)
        if waiting.answer is not None:
            return self._site.redirect(f"/ask/{handle}/return")
        if not waiting.card:
            return self._site.redirect(f"/ask/{handle}")
        if self._is_late(waiting.request):
            return self._late(waiting.request)
        form = Form()
        if request.method == "POST":
            reply = self._try(waiting, form)
            if reply is not None:
                return reply
        return self._pin_page(waiting, form)

    def back(self, handle: str) -> Reply:
        """Offer the form that brings the answer to the website that asked."""
        waiting = self._waiting.find(handle)
        if waiting.answer is None:
            return self._site.redirect(f"/ask/{handle}")
        if self._is_late(waiting.request):
            return self._late(waiting.request)
        return self._site.render(
            "return.html", asked=waiting.request, asker=self._asker(waiting.request), answer=waiting.answer
        )

    # --- steps ------------------------------------------------------------------------------------------------------

    def _put_on_reader(self, waiting: Waiting, form: Form) -> Reply:
        _ = self._site.translate
        key = form.choose("card", [person.key for person in self._drawer.holders()], _("Choose a card"))
        if not form.good:
            return self._consent_page(waiting, form)
        waiting.card = key
        self._site.store(CARD, key)
        self._waiting.keep(waiting)
        # A card is issued on first use: here, after a post, and not when the next page is only looked at.
        left = self._tries_left(waiting)
        return self._site.redirect(f"/ask/{waiting.handle}/pin") if isinstance(left, int) else left

    def _tries_left(self, waiting: Waiting) -> int | Reply:
        """Return the tries the chosen card has left, or the page that says why it cannot sign."""
        try:
            left = self._agent.tries_left(waiting.card, waiting.request.kind)
        except Corrupt:
            raise
        except MizuhikiError as error:
            return self._stopped(waiting, _reason(error), error.code)
        return left or self._stopped(waiting, RefusalCode.PIN_BLOCKED, PinBlocked.code)

    def _try(self, waiting: Waiting, form: Form) -> Reply | None:
        """Sign with the posted PIN; return None, with the message in `form`, when the page must be shown again."""
        _ = self._site.translate
        typed = Sensitive(request.form.get("pin", "").strip().upper())
        confirmed = request.form.get("confirm") == "yes"
        try:
            waiting.answer = self._agent.sign(
                waiting.request,
                waiting.card,
                typed,
                confirm_last_try=confirmed,
                now=self._site.environment.clock.now(),
            )
        except PinNotAllowed:
            form.refuse("pin", self._form_of_pin(waiting.request.kind))
        except LastTryNeedsConfirmation:
            form.refuse("confirm", _("Only one try is left. Tick the box if you want to use it."))
        except WrongPin as error:
            left = error.fields.get("tries_left")
            if not left:
                return self._stopped(waiting, RefusalCode.PIN_BLOCKED, PinBlocked.code)
            form.refuse("pin", _("The PIN is wrong. Tries left: %(left)s", left=left))
        except (RequestAnswered, Corrupt):
            raise
        except MizuhikiError as error:
            return self._stopped(waiting, _reason(error), error.code)
        else:
            self._waiting.keep(waiting)
            return self._site.redirect(f"/ask/{waiting.handle}/return")
        return None

    def _form_of_pin(self, kind: SigningKind) -> str:
        _ = self._site.translate
        if kind is SigningKind.USER_IDENTIFICATION:
            return _("The PIN has four digits. No try was used up.")
        return _("The password has 6 to 16 letters and digits, at least one of each. No try was used up.")

    def _consent_page(self, waiting: Waiting, form: Form) -> Reply:
        asked = waiting.request
        return self._site.render(
            "consent.html",
            form=form,
            asked=asked,
            asker=self._asker(asked),
            purpose=self._purpose(asked),
            signature=asked.kind is SigningKind.SIGNATURE,
            choices=[Choice(person.key, person.name, self._about(person)) for person in self._drawer.holders()],
            cancelled=refuse_request(asked, RefusalCode.CANCELLED),
        )

    def _pin_page(self, waiting: Waiting, form: Form) -> Reply:
        asked = waiting.request
        left = self._tries_left(waiting)
        if not isinstance(left, int):
            return left
        return self._site.render(
            "pin.html",
            form=form,
            waiting=waiting,
            asker=self._asker(asked),
            purpose=self._purpose(asked),
            person=self._agent.holder(waiting.card),
            left=left,
            signature=asked.kind is SigningKind.SIGNATURE,
            cancelled=refuse_request(asked, RefusalCode.CANCELLED),
        )

    def _stopped(self, waiting: Waiting, reason: RefusalCode, code: str) -> Reply:
        return self._site.render(
            "stopped.html",
            waiting=waiting,
            asker=self._asker(waiting.request),
            signature=waiting.request.kind is SigningKind.SIGNATURE,
            reason=reason.value,
            code=code,
            answer=refuse_request(waiting.request, reason),
        )

    def _late(self, asked: SigningRequest) -> Reply:
        answer = refuse_request(asked, RefusalCode.EXPIRED)
        code = SigningRequestExpired.code
        return self._site.render(
            "expired.html", status=_LATE_STATUS, asked=asked, asker=self._asker(asked), answer=answer, code=code
        )

    # --- words ------------------------------------------------------------------------------------------------------

    @property
    def _japanese(self) -> bool:
        return self._site.language.startswith("ja")

    def _asker(self, asked: SigningRequest) -> str:
        """Return the name the directory has for who asks, never one from the request."""
        entry = self._directory.entry(InstitutionId(asked.requester))
        return entry.name_ja if self._japanese else entry.name_en

    def _purpose(self, asked: SigningRequest) -> str:
        return self._site.translate(PURPOSES[asked.purpose]) if asked.purpose in PURPOSES else ""

    def _about(self, person: OfferedCard) -> str:
        place = person.municipality_ja if self._japanese else person.municipality_en
        return " · ".join(text for text in (person.name_kana, place) if text)

    def _is_late(self, asked: SigningRequest) -> bool:
        return self._site.environment.clock.now() >= asked.expires_at


def _reason(error: MizuhikiError) -> RefusalCode:
    """Return what the website is told about an error of the card; the details stay here."""
    without_key = isinstance(error, NotAnIndividualNumberCard) and "pin" in error.fields
    if without_key or isinstance(error, NoCertificateOnCard):
        return RefusalCode.NO_CERTIFICATE
    if isinstance(error, PinBlocked):
        return RefusalCode.PIN_BLOCKED
    return RefusalCode.NO_CARD
