"""A household on one screen: members, numbering, linkage, cards, cases, history. Numbers are shown masked only."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.events.requests import HouseholdFile
from mizuhiki.institutions.municipality.domain.residents import (
    HouseholdMember,
    HouseholdView,
    RecordEvent,
    RecordState,
    ResidentRecord,
    ResidentSummary,
)
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web import event_words
from mizuhiki.institutions.municipality.web.card_lapses import card_cell
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.histories import task_row
from mizuhiki.institutions.municipality.web.messages import WITHHELD
from mizuhiki.institutions.municipality.web.notice_words import state_tag
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Action, Answer, Blocking, Cell, Column, Event, Row, Tag, Tone


class HouseholdPages:
    """The household screen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/households/<household>")(self.household)

    def household(self, household: str) -> Reply:
        """Show a household with everything the counter works on."""
        desk = self._desk
        context = desk.context(REGISTER, "show a household at the counter")
        view = desk.operations.household_view(context, household)
        records = [desk.operations.resident(context, member.summary.resident) for member in view.members]
        file = desk.operations.events.household_file(context, household)
        _ = desk.site.translate
        return desk.site.render(
            "household.html",
            view=view,
            bar=self._bar(view),
            warnings=[self._protected(record) for record in records if record.protected],
            columns=self._member_columns(),
            rows=[self._member_row(member) for member in view.members],
            residence_columns=self._residence_columns(),
            residence_rows=self._residence_rows(records),
            file_columns=self._file_columns(),
            file_rows=[self._file_row(member) for member in view.members],
            person_actions=self._person_actions(view),
            histories=self._histories(view),
            former_columns=self._former_columns(),
            former=self._former(file),
            task_columns=[Column(_("Task")), Column(_("Since")), Column(_("About")), Column(_("Record"))],
            tasks=[task_row(desk, one) for one in file.tasks],
            actions=self._actions(view),
        )

    def _bar(self, view: HouseholdView) -> list[Answer]:
        _ = self._desk.site.translate
        head = view.members[0].summary.name if view.members else _("No current member")
        return [
            Answer(_("Head"), head),
            Answer(_("Address"), view.address),
            Answer(_("Members"), str(len(view.members))),
        ]

    def _protected(self, record: ResidentRecord) -> Blocking:
        _ = self._desk.site.translate
        return Blocking(
            _("A support measure protects %(name)s", name=record.name.full),
            _(
                "Give nobody any information about this person or address, on paper or by word, whoever asks. "
                "Refer every request to the head of the section."
            ),
            (Answer(_("Rule"), "住民基本台帳法12条6項, 支援措置"),),
        )

    def _member_columns(self) -> list[Column]:
        _ = self._desk.site.translate
        titles = (_("Name"), _("Reading"), _("Relationship"), _("Date of birth"), _("Sex"), _("Record"), _("Number"))
        return [Column(title) for title in titles]

    def _member_row(self, member: HouseholdMember) -> Row:
        words, summary = self._desk.words, member.summary
        return Row(
            (
                summary.name,
                summary.name_kana,
                words.relationship(summary.relationship),
                words.born(summary.birth_date, self._desk.today()),
                words.sex(summary.sex),
                words.record_state(summary.state),
                member.masked_number or None,
            ),
        )

    def _residence_columns(self) -> list[Column]:
        _ = self._desk.site.translate
        titles = (_("Name"), _("Alias or former family name"), _("Nationality or region"), _("Status of residence"),
                  _("End of the period of stay"))  # fmt: skip
        return [Column(title) for title in titles]

    def _residence_rows(self, records: list[ResidentRecord]) -> list[Row]:
        """Return what the record of a foreign resident states beside (30条の45), and other names of anybody."""
        return [
            self._residence_row(one)
            for one in records
            if one.details.residence or one.details.alias or one.details.former_name
        ]

    def _residence_row(self, record: ResidentRecord) -> Row:
        stay = record.details.residence
        if stay is None:
            return Row((record.name.full, record.details.former_name, None, None, None))
        words = self._desk.words
        category = self._desk.site.translate(event_words.CATEGORIES[stay.category.value])
        return Row(
            (
                record.name.full,
                record.details.alias or None,
                words.nationality(stay.nationality),
                words.listed([part for part in (stay.status or category, stay.period) if part]),
                None if stay.stay_until is None else words.short_day(stay.stay_until),
            )
        )

    def _file_columns(self) -> list[Column]:
        _ = self._desk.site.translate
        titles = (_("Name"), _("Numbering"), _("Addressee number"), _("Linkage"), _("Card"), _("Notification card"),
                  _("Child allowance"))  # fmt: skip
        return [Column(title) for title in titles]

    def _file_row(self, member: HouseholdMember) -> Row:
        desk, summary = self._desk, member.summary
        _ = desk.site.translate
        case = Action(_("Open the case"), f"/cases/{member.cases[0]}", about=summary.name) if member.cases else None
        return Row(
            (
                summary.name,
                Action(desk.words.stage(summary.stage), f"/residents/{summary.resident}/numbering", about=summary.name),
                member.addressee_number,
                Tag(
                    desk.words.linkage(member.linkage), Tone.PROGRESS if member.linkage == "requested" else Tone.NEUTRAL
                ),
                card_cell(desk, member.card_serials, member.card_lapses),
                self._notices(summary.resident),
                case if desk.may("read-case") else None,
            ),
        )

    def _person_actions(self, view: HouseholdView) -> list[tuple[str, list[Action]]]:
        """Return what the role may do for each member, below the table so that a wide row never hides it."""
        found = [(member.summary.name, self._offered(member)) for member in view.members]
        return [(name, actions) for name, actions in found if actions]

    def _offered(self, member: HouseholdMember) -> list[Action]:
        desk, summary = self._desk, member.summary
        if summary.state is RecordState.REMOVED:
            return []
        _ = desk.site.translate
        person, name = f"/residents/{summary.resident}", summary.name
        offered = {
            "issue-card": Action(_("Issue a card"), f"{person}/card", about=name),
            "change-card": Action(_("Card on the reader"), f"{person}/card-change", about=name),
            "issue-copy": Action(_("Copy of the record"), f"{person}/copy", about=name),
            "mark-protected": Action(_("Put under a support measure"), f"{person}/support-measure", about=name),
            "read-notices": Action(_("Cards by post"), f"{person}/notices", about=name),
            "read-tax-record": Action(_("Tax records"), f"{person}/tax", about=name),
        }
        if member.card_lapses:
            offered["change-card#lapse"] = Action(_("Letter that the card ended"), f"{person}/card-lapse", about=name)
        return desk.offered(offered)

    def _histories(self, view: HouseholdView) -> list[tuple[ResidentSummary, list[Event]]]:
        """Return each member with the events of their record."""
        by_member: dict[str, list[Event]] = {member.summary.resident: [] for member in view.members}
        for event in view.history:
            by_member[event.resident].append(self._event(event))
        return [(member.summary, by_member[member.summary.resident]) for member in view.members]

    def _former_columns(self) -> list[Column]:
        _ = self._desk.site.translate
        return [Column(title) for title in (_("Name"), _("Date of birth"), _("Sex"), _("Record"), _("History"))]

    def _former(self, file: HouseholdFile) -> list[Row]:
        """Return who left the household; protected people only as such."""
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        rows = [
            Row(
                (
                    one.name,
                    words.short_day(one.birth_date),
                    words.sex(one.sex),
                    words.record_state(one.state),
                    Action(_("History of the record"), f"/residents/{one.resident}/history", about=one.name),
                )
            )
            for one in file.former
        ]
        withheld = Row((Tag(_(WITHHELD), Tone.PROBLEM), None, None, None, None))
        return [*rows, *([withheld] * file.former_withheld)]

    def _notices(self, resident: str) -> Cell:
        """Return where the latest notification card or notice of a resident is."""
        desk = self._desk
        if not desk.may("read-notices"):
            return None
        found = desk.operations.notices.of_resident(
            desk.context(REGISTER, "show a household"), resident, Work.HOUSEHOLD
        )
        return state_tag(desk, found[0].state) if found else None

    def _event(self, event: RecordEvent) -> Event:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        text = [_("Effective %(day)s, reported %(reported)s.", day=words.short_day(event.effective_on),
                  reported=words.short_day(event.reported_on))]  # fmt: skip
        if event.documents:
            text.append(
                _("Documents: %(documents)s.", documents=words.listed([words.document(d) for d in event.documents]))
            )
        if event.note:
            text.append(words.note(event.note))
        return Event(
            title=words.reason(event.reason.value),
            time=words.moment(event.entered_at),
            machine_time=event.entered_at.isoformat(),
            who=words.actor(event.entered_by),
            text=" ".join(text),
        )

    def _actions(self, view: HouseholdView) -> list[Action]:
        desk = self._desk
        _ = desk.site.translate
        path = f"/households/{view.household}"
        offered = {
            "register-birth": Action(_("Register a birth"), f"{path}/birth", "b"),
            "register-move-out": Action(_("Register a move out"), f"{path}/move-out", "o"),
            "apply-child-allowance": Action(_("Claim for child allowance"), f"{path}/allowance", "a"),
            "read-register": Action(_("Search residents"), "/search", "s"),
        }
        enters = any(desk.may(one) for one in ("enter-event", "remove-ex-officio", "correct-record"))
        events = [Action(_("Life events"), f"{path}/events", "e")] if enters else []
        return [*events, *desk.offered(offered)]
