"""Home, and the opening of the account."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.portal.domain.accounts import Account, AccountState, Holding
from mizuhiki.institutions.portal.operations.ask_card import CardPurpose
from mizuhiki.institutions.portal.operations.service import Portal
from mizuhiki.institutions.portal.web import grounds
from mizuhiki.institutions.portal.web.card_pages import CardPages
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Progress

ASK_AGAIN_AFTER = timedelta(hours=1)
"""An acquisition lives for an hour; after that a new one may be asked for."""


class AccountPages:
    """Pages about the account itself."""

    def __init__(self, site: Site, portal: Portal, cards: CardPages) -> None:
        self._site = site
        self._portal = portal
        self._cards = cards
        site.route("/home")(self.home)
        site.route("/account", ("GET", "POST"))(self.account)
        site.route("/account/progress")(self.account_progress)

    def home(self) -> Reply:
        """Show what there is: notices and the record of exchanges."""
        account = self._portal.account.account(grounds.citizen(self._site, "show the home page"))
        if account.state is not AccountState.READY:
            return self._site.redirect("/account")
        notices = self._portal.notices.all(grounds.citizen(self._site, "count unread notices"))
        unread = sum(1 for notice in notices if not notice.read)
        return self._site.render("home.html", unread=unread)

    def account(self) -> Reply:
        """Explain why one more signature is needed, and ask for it."""
        _ = self._site.translate
        context = grounds.citizen(self._site, "open the account")
        account = self._portal.account.account(context)
        if account.state is AccountState.READY:
            return self._site.redirect("/home")
        if account.state is AccountState.WAITING and not self._overdue(account):
            return self._site.redirect("/account/progress")
        if request.method == "GET":
            return self._site.render("open_account.html")
        acquisition = self._portal.account.prepare(context)
        if not acquisition:
            return self._site.redirect("/account/progress")
        return self._cards.ask(
            context,
            purpose=CardPurpose.OPEN_ACCOUNT,
            statement=_("Open your account in the citizen portal"),
            context_hash=lambda _request_id: self._portal.account.context_hash(acquisition),
            subject=acquisition,
        )

    def account_progress(self) -> Reply:
        """Show how far the opening is; every look asks anew, without JavaScript."""
        _ = self._site.translate
        context = grounds.citizen(self._site, "look whether the account is open")
        account = self._portal.account.account(context)
        if account.state is AccountState.NEW:
            return self._site.redirect("/account")
        holding = self._portal.account.progress(context)
        state = Progress(
            doing=_("The offices are making the link for your account"),
            done=1,
            total=2,
            remaining=_("This usually takes less than a minute."),
        )
        return self._site.render(
            "progress.html",
            ready=holding is Holding.HELD,
            mismatched=holding is Holding.MISMATCHED,
            overdue=self._overdue(account),
            state=state,
        )

    def _overdue(self, account: Account) -> bool:
        asked_at = account.asked_at
        return asked_at is not None and self._site.environment.clock.now() - asked_at >= ASK_AGAIN_AFTER
