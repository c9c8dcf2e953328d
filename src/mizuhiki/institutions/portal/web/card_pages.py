"""Sign-in, and the way to the card reader's page and back (R-208; spec/card.md §6)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec

from mizuhiki.card.agent_protocol import SigningResponse
from mizuhiki.institutions.portal.domain.accounts import AccountState
from mizuhiki.institutions.portal.domain.errors import NoCardRequest
from mizuhiki.institutions.portal.operations.ask_card import AskedCard, CardPurpose, CheckedCard
from mizuhiki.institutions.portal.operations.service import Portal
from mizuhiki.institutions.portal.operations.sign_in import sign_in_hash
from mizuhiki.institutions.portal.web import grounds
from mizuhiki.institutions.portal.web.card_problems import problem_of
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, SignedIn, Site, request
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.typed_values import read_json

ASKED = "card-request"
HISTORY = "history"
LOOK_UPS = "look-ups"
POSTS = "60 per minute"
_AGAIN = {
    CardPurpose.SIGN_IN: "/sign-in",
    CardPurpose.OPEN_ACCOUNT: "/account",
    CardPurpose.OPEN_HISTORY: "/history",
    CardPurpose.OPEN_LOOK_UPS: "/look-ups",
}


class CardPages:
    """Pages around one card signature."""

    def __init__(self, site: Site, portal: Portal) -> None:
        self._site = site
        self._portal = portal
        site.route("/", public=True)(self.start)
        site.route("/about", public=True)(self.about)
        site.route("/sign-in", ("GET", "POST"), public=True, throttle=POSTS)(self.sign_in)
        site.route("/card-response", ("POST",), public=True, cross_origin=True, throttle=POSTS)(self.card_response)
        site.route("/card-answer", public=True)(self.card_answer)

    def start(self) -> Reply:
        """Show what the portal is for, or go to the home page of somebody signed in."""
        if self._site.signed_in() is not None:
            return self._site.redirect("/home")
        return self._site.render("start.html")

    def about(self) -> Reply:
        """Say what the portal is, what it keeps and what it cannot know."""
        return self._site.render("about.html")

    def sign_in(self) -> Reply:
        """Explain the sign-in by card, and send the browser to the reader."""
        _ = self._site.translate
        if self._site.signed_in() is not None:
            return self._site.redirect("/home")
        if request.method == "GET":
            return self._site.render("sign_in.html")
        return self.ask(
            grounds.visitor(self._site, "sign in by card"),
            purpose=CardPurpose.SIGN_IN,
            statement=_("Sign in to the citizen portal"),
            context_hash=sign_in_hash,
        )

    def ask(
        self,
        context: Context,
        *,
        purpose: CardPurpose,
        statement: str,
        context_hash: Callable[[str], bytes],
        subject: str = "",
    ) -> Reply:
        """Keep a new request in the session and send the browser to the reader's page."""
        asked, address = self._portal.card.ask(
            context, purpose=purpose, statement=statement, context_hash=context_hash, subject=subject
        )
        self._site.store(ASKED, msgspec.json.encode(asked).decode())
        return self._site.redirect(address)

    def card_response(self) -> Reply:
        """Take the reader's post, which carries no session, and go on at a page of our own."""
        try:
            response = SigningResponse.from_form_fields(request.form)
            token = self._portal.card.keep_answer(
                grounds.visitor(self._site, "take the card's answer"), response=response
            )
        except MizuhikiError as error:
            return self._problem(error, None)
        return self._site.redirect(f"/card-answer?{urlencode({'answer': token})}")

    def card_answer(self) -> Reply:
        """Check the answer against the request of this browser session, and do what it was asked for."""
        kept = self._site.stored(ASKED)
        asked = read_json(kept, AskedCard) if isinstance(kept, str) else None
        self._site.forget(ASKED)
        try:
            if asked is None:
                raise NoCardRequest
            signing_in = asked.purpose is CardPurpose.SIGN_IN
            make = grounds.visitor if signing_in else grounds.citizen
            context = make(self._site, f"check the card's answer for {asked.purpose.value}")
            card = self._portal.card.check(context, asked=asked, token=request.args.get("answer", ""))
            return self._go_on(context, asked, card)
        except MizuhikiError as error:
            return self._problem(error, asked)

    def _go_on(self, context: Context, asked: AskedCard, card: CheckedCard) -> Reply:
        if asked.purpose is CardPurpose.OPEN_ACCOUNT:
            self._portal.account.finish(context, acquisition=asked.subject, card=card)
            return self._site.redirect("/account/progress")
        if asked.purpose is CardPurpose.OPEN_HISTORY:
            token = self._portal.history.open(context, request_id=asked.request.request_id, card=card)
            self._site.store(HISTORY, token)
            return self._site.redirect("/history")
        if asked.purpose is CardPurpose.OPEN_LOOK_UPS:
            token = self._portal.look_ups.open(context, request_id=asked.request.request_id, card=card)
            self._site.store(LOOK_UPS, token)
            return self._site.redirect("/look-ups")
        account = self._portal.sign_in(context, card=card)
        target = self._site.sign_in(
            SignedIn(person=account.number, role="citizen", name=f"•••• {account.number[-4:]}", role_name="Card holder")
        )
        return self._site.redirect(target if account.state is AccountState.READY else "/account")

    def _problem(self, error: MizuhikiError, asked: AskedCard | None) -> Reply:
        problem = problem_of(error)
        if problem is None:
            raise error
        again = _AGAIN[asked.purpose] if asked else "/sign-in"
        return self._site.render(
            "card_problem.html", status=error.status, problem=problem, code=error.code, again=again
        )
