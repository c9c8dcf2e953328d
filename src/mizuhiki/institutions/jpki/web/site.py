"""The operators' site: figures, roots with the record of their ceremony, revocation lists, lost cards."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.institutions.jpki.web.letters import LetterPages
from mizuhiki.institutions.jpki.web.practice import PracticePages
from mizuhiki.institutions.jpki.web.verifier_pages import VerifierPages
from mizuhiki.institutions.jpki.web.words import KIND_TITLES
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site, request
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent, Action, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.ui.look import Look

HERE = Path(__file__).parent
BASIS = "公的個人認証法14条, 33条"
STEPS = ("suspend", "resume", "revoke", "decline-signature", "decline-user-identification")


def build_site(environment: Environment, *, database: Database, authorities: CertificationAuthorities) -> Site:
    """Build the site with all its pages."""
    site = Site(
        environment,
        database=database,
        look=Look(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        accent=Accent.PURPLE,
        navigation=(
            Link("/", "Figures"),
            Link("/cards", "Lost cards"),
            Link("/work", "Queue and expiries"),
            Link("/letters", "Renewal letters"),
            Link("/calendar", "Calendar of keys and lists"),
            Link("/terminals", "Terminals without PIN"),
            Link("/incidents", "Incidents"),
            Link("/drill", "Drill of re-issue"),
            Link("/verifiers", "Verifiers"),
            Link("/lists", "Revocation lists"),
        ),
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names={"operator": "Operator", "registrar": "Registrar"})
    OperatorPages(site, authorities)
    PracticePages(site, authorities)
    LetterPages(site, authorities)
    VerifierPages(site, authorities)
    return site


class OperatorPages:
    """Pages of the operators."""

    def __init__(self, site: Site, authorities: CertificationAuthorities) -> None:
        self._site = site
        self._authorities = authorities
        self._authority = Authority.from_package("mizuhiki.institutions.jpki")
        site.route("/")(self.figures)
        site.route("/authorities/<kind>")(self.authority_page)
        site.route("/authorities/<kind>/root.cer", public=True)(self.root_file)
        site.route("/authorities/<kind>/list.crl")(self.list_file)
        site.route("/cards", ("GET", "POST"))(self.cards)

    def _context(self, purpose: str) -> Context:
        return self._site.context("card-issue", BASIS, purpose)

    def figures(self) -> Reply:
        """Show how many certificates there are, when they end, and who asked for status."""
        _ = self._site.translate
        context = self._context("read the figures")
        rows = [
            Row(
                (
                    Action(_(KIND_TITLES[one.kind]), f"/authorities/{one.kind.value}"),
                    one.good,
                    one.expiring,
                    one.suspended,
                    one.revoked,
                    one.expired,
                )
            )
            for one in self._authorities.counts(context)
        ]
        asked = self._authorities.status_answers(context)
        return self._site.render(
            "figures.html",
            columns=[
                Column(_("Certificates")),
                Column(_("Good"), numeric=True),
                Column(_("Ending within 90 days"), numeric=True),
                Column(_("On hold"), numeric=True),
                Column(_("Revoked"), numeric=True),
                Column(_("Expired"), numeric=True),
            ],
            rows=rows,
            verifier_columns=[
                Column(_("Verifier")),
                Column(_("Status answers"), numeric=True),
                Column(_("Fee in yen"), numeric=True),
            ],
            verifier_rows=[Row((verifier, count, fee)) for verifier, (count, fee) in asked.items()],
        )

    def authority_page(self, kind: str) -> Reply:
        """Show one authority with the record of its key ceremony."""
        chosen = Kind.of(kind)
        root = self._authorities.root(self._context("read the record of the key ceremony"), chosen)
        return self._site.render(
            "authority.html",
            heading=self._site.translate(KIND_TITLES[chosen]),
            transcript=root.transcript.splitlines(),
            downloads=[
                Action(self._site.translate("Root certificate (DER)"), f"/authorities/{kind}/root.cer"),
                Action(self._site.translate("Newest revocation list (DER)"), f"/authorities/{kind}/list.crl"),
            ],
        )

    def root_file(self, kind: str) -> Reply:
        """Send a root certificate; it is public."""
        der = self._authorities.ca_certificate(Kind.of(kind))
        return self._site.app.response_class(der, mimetype="application/pkix-cert")

    def list_file(self, kind: str) -> Reply:
        """Send the newest published list; ``?municipality=`` and ``?generation=`` choose one of each.

        Reading signs nothing: lists are published by the calendar.
        """
        self._authority.require(self._context("read a revocation list"), "read-figures")
        published = self._authorities.lists.published(
            kind=Kind.of(kind),
            municipality_code=request.args.get("municipality", ""),
            generation=request.args.get("generation", ""),
        )
        return self._site.app.response_class(published.der, mimetype="application/pkix-crl")

    def cards(self) -> Reply:
        """Put a lost card on hold, lift the hold, or end its certificates."""
        _ = self._site.translate
        self._authority.require(self._context("show what this role may do"), "suspend-certificates")
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        if request.method == "POST":
            serial = form.require("card_serial", _("Enter the serial number of the card"))
            step = form.choose("step", STEPS, _("Choose what to do"))
            if form.good:
                self._site.store("changed", self._change(step, serial))
                return self._site.redirect("/cards")
        changed = self._site.stored("changed")
        self._site.forget("changed")
        choices = [
            Choice("suspend", _("Put the certificates on hold")),
            Choice("resume", _("Lift the hold")),
            Choice("revoke", _("End the certificates for good")),
            Choice("decline-signature", _("The holder wants no signature certificate")),
            Choice("decline-user-identification", _("The holder wants no user identification certificate")),
        ]
        return self._site.render("cards.html", form=form, changed=changed, choices=choices)

    def _change(self, step: str, serial: str) -> int:
        context, cards = self._context("a holder called about a card"), self._authorities.cards
        if step == "suspend":
            return cards.suspend(context, card_serial=serial)
        if step == "resume":
            return cards.resume(context, card_serial=serial)
        if step.startswith("decline-"):
            kind = Kind.of(step.removeprefix("decline-"))
            return self._authorities.declined.by_operator(context, card_serial=serial, kind=kind)
        return cards.revoke(context, card_serial=serial)
