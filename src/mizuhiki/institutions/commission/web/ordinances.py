"""Affairs under ordinances at the commission: what local bodies lodged, and its publication (番号法9条2項, 19条9号)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

from mizuhiki.institutions.commission.domain.errors import (
    OrdinanceCodeTaken,
    OrdinanceOver,
    OrdinanceReasonMissing,
    OrdinanceStepImpossible,
)
from mizuhiki.institutions.commission.domain.ordinances import LONGEST_REASON, Filing, FilingState, FilingStep
from mizuhiki.institutions.commission.operations.keep_ordinance_affairs import PUBLISH, SEND_BACK, WITHDRAW
from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.institutions.commission.web.ordinance_words import (
    NAMED,
    NOT_IN_FORCE,
    NOT_NAMED,
    STATES,
    STEPS,
    FilingWords,
    shown,
)
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Event, Named, Pages, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.statute import (
    OrdinanceAffair,
    OrdinanceAffairBeyondItem,
    OrdinanceAffairMalformed,
    StatuteRow,
    StatuteTable,
    rows_in_force,
)

AFFAIR = "linkage-oversight"
BASIS = "番号法9条2項, 19条9号"
OF_A_PAGE = 100
_REFUSALS = (
    OrdinanceAffairBeyondItem,
    OrdinanceAffairMalformed,
    OrdinanceCodeTaken,
    OrdinanceOver,
    OrdinanceReasonMissing,
    OrdinanceStepImpossible,
)


def waiting_first(filings: Sequence[Filing]) -> list[Filing]:
    """Return filings that wait for a decision before all others; else the order stays."""
    return sorted(filings, key=lambda one: one.state is not FilingState.LODGED)


class OrdinancePages:
    """The list of filings, and one of them."""

    def __init__(self, site: Site, commission: Commission) -> None:
        self._site = site
        self._ordinances = commission.ordinances
        self._table = StatuteTable.load()
        self._words = FilingWords(site, self._table)
        site.route("/ordinance-affairs")(self.ordinance_affairs)
        site.route("/ordinance-affairs/<key>", ("GET", "POST"))(self.ordinance_affair)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def waiting(self) -> tuple[list[Column], list[Row]]:
        """Return columns and rows of the filings that wait for a decision, for the overview."""
        found = self._ordinances.listed(self._context("read filings that wait"))
        return self._columns(), [self._row(one) for one in found if one.state is FilingState.LODGED]

    def ordinance_affairs(self) -> Reply:
        """List filings, those that wait first; all or of one state."""
        _ = self._site.translate
        found = waiting_first(self._ordinances.listed(self._context("read affairs under ordinances")))
        wanted = request.args.get("state", "")
        state = FilingState(wanted) if wanted in set(FilingState) else None
        kept = [one for one in found if state is None or one.state is state]
        last = max(1, math.ceil(len(kept) / OF_A_PAGE))
        page = _page_asked(last)
        states = [Action(_("All"), "/ordinance-affairs")]
        states += [Action(_(STATES[one][0]), f"/ordinance-affairs?state={one.value}") for one in FilingState]
        narrowed = f"state={state.value}&" if state else ""
        return self._site.render(
            "ordinance_affairs.html",
            state=_(STATES[state][0]) if state else _("All"),
            states=states,
            waiting=sum(one.state is FilingState.LODGED for one in found),
            columns=self._columns(),
            rows=[self._row(one) for one in kept[(page - 1) * OF_A_PAGE : page * OF_A_PAGE]],
            number=len(kept),
            pages=Pages(page, last, f"/ordinance-affairs?{narrowed}page={{page}}"),
        )

    def _columns(self) -> list[Column]:
        _ = self._site.translate
        titles = (_("Affair"), _("State"), _("Local body"), _("Ordinance"), _("Like item"), _("Lodged at"))
        return [Column(title) for title in titles]

    def _row(self, one: Filing) -> Row:
        words = self._words
        return Row(
            (
                Action(words.title(one.affair), f"/ordinance-affairs/{one.key}"),
                words.state(one.state),
                words.office(one.institution),
                one.affair.ordinance,
                one.affair.item,
                shown(one.lodged_at),
            )
        )

    def ordinance_affair(self, key: str) -> Reply:
        """Show one filing; publish, return or withdraw it."""
        _ = self._site.translate
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        if request.method == "POST" and self._decided(form, key):
            return self._site.redirect(f"/ordinance-affairs/{key}")
        context = self._context("read an affair under an ordinance")
        one, steps = self._ordinances.one(context, key)
        today = context.today()
        lodged = one.state is FilingState.LODGED
        return self._site.render(
            "ordinance_affair.html",
            form=form,
            heading=self._words.title(one.affair),
            answers=self._answers(one),
            asked_columns=[Column(_("Kind of information")), Column(_("Asked of")), Column(_("The item"))],
            asked=self._asked(one.affair, today),
            procedure_columns=[Column(_("Procedure")), Column(_("Title in Japanese")), Column(_("Title in English"))],
            procedures=[Row((own.code, own.title_ja, own.title_en)) for own in one.affair.own_procedures()],
            steps=[self._step(step) for step in steps],
            may_publish=lodged and self._may(context, PUBLISH),
            may_return=lodged and self._may(context, SEND_BACK),
            may_withdraw=one.stands_on(today) and self._may(context, WITHDRAW),
            decidable=lodged or one.stands_on(today),
            longest=f"{LONGEST_REASON:,}",
            affair_too=[Choice("1", _("There is no such ordinance: the number may not be used for the affair either"))],
        )

    def _may(self, context: Context, action: str) -> bool:
        return context.actor.role in self._ordinances.authority.roles(action)

    def _decided(self, form: Form, key: str) -> bool:
        """Do what the form says; false when it is to be shown again with what stands in the way."""
        _ = self._site.translate
        context, ordinances = self._context("decide on an affair under an ordinance"), self._ordinances
        ordinances.one(context, key)
        steps: dict[str, Callable[[str], Filing]] = {
            "publish": lambda _reason: ordinances.publish(context, key),
            "return": lambda reason: ordinances.send_back(context, key, reason=reason),
            "withdraw": lambda reason: ordinances.withdraw(
                context, key, reason=reason, affair_too=bool(form.value("affair_too"))
            ),
        }
        step = form.choose("step", tuple(steps), _("Choose what to do"))
        reason = form.value("reason")
        if step in steps and step != "publish":
            form.require("reason", _("Write why; the local body reads it"))
        if len(reason) > LONGEST_REASON:
            form.refuse("reason", _("At most %(longest)s characters", longest=f"{LONGEST_REASON:,}"))
        if form.good:
            try:
                steps[step](reason)
            except _REFUSALS as error:
                form.refuse("reason" if isinstance(error, OrdinanceReasonMissing) else "", _(error.title))
        return form.good

    def _answers(self, one: Filing) -> list[Answer]:
        _ = self._site.translate
        words, affair = self._words, one.affair
        rows = self._item_rows(affair, self._site.environment.clock.today())
        answers = [
            Answer(_("State"), words.state(one.state).label),
            Answer(_("Local body"), words.office(one.institution)),
            Answer(_("Filing of the local body"), one.filing_id),
            Answer(_("Code of the affair"), affair.code),
            Answer(_("Title in Japanese"), affair.title_ja),
            Answer(_("Title in English"), affair.title_en),
            Answer(_("Field"), words.field(affair.field)),
            Answer(_("Ordinance"), affair.ordinance),
            Answer(_("Like item"), words.item(affair.item, {row.affair for row in rows})),
            Answer(_("Citation of the item"), "; ".join(dict.fromkeys(row.citation for row in rows)) or _("none")),
            Answer(_("First day"), affair.valid_from.isoformat()),
            Answer(_("Last day"), affair.valid_until.isoformat() if affair.valid_until else _("none")),
            Answer(_("Lodged at"), shown(one.lodged_at)),
        ]
        if one.published_on is not None:
            answers.append(Answer(_("Published on"), one.published_on.isoformat()))
        if one.asked_until is not None:
            answers.append(Answer(_("Asked for until"), one.asked_until.isoformat()))
        if one.lawful_until is not None:
            answers.append(Answer(_("The affair itself until"), one.lawful_until.isoformat()))
        return answers

    def _item_rows(self, affair: OrdinanceAffair, today: date) -> list[StatuteRow]:
        """Return the item's rows that are law today; of an item that is not, all it ever had."""
        rows = [row for row in self._table.rows if row.number == affair.item]
        return rows_in_force(rows, today) or rows

    def _asked(self, affair: OrdinanceAffair, today: date) -> list[Row]:
        words, rows = self._words, [row for row in self._table.rows if row.number == affair.item]
        named = {(row.provider_class, row.kind) for row in rows}
        current = {(row.provider_class, row.kind) for row in rows_in_force(rows, today)}
        found = []
        for one in affair.asked:
            pair = (one.provider_class, one.kind)
            finding = NAMED if pair in current else NOT_IN_FORCE if pair in named else NOT_NAMED
            kind, provider = Named(words.kind(one.kind), one.kind), Named(words.provider(pair[0]), pair[0])
            found.append(Row((kind, provider, words.finding(finding))))
        return found

    def _step(self, step: FilingStep) -> Event:
        words = self._words
        title = self._site.translate(STEPS[step.state])
        return Event(title, shown(step.at), step.at.isoformat(), words.actor(step.actor), words.reason(step.reason))


def _page_asked(last: int) -> int:
    asked = request.args.get("page", "1")
    plain = asked.isascii() and asked.isdigit() and len(asked) < len("1000000")
    return min(max(int(asked), 1), last) if plain else 1
