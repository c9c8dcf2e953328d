"""Substitute characters: which are lacking in which receiving system, and what a registrar chose for them."""

from __future__ import annotations

import re

from mizuhiki.institutions.municipality.domain.substitute_choices import SubstituteChoice
from mizuhiki.institutions.municipality.operations.choose_substitutes import CHOOSE, CharacterView, Chosen, Lacking
from mizuhiki.institutions.municipality.web import substitute_words as say
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk, refuse_step
from mizuhiki.institutions.municipality.web.file_words import COLUMN_NAMES
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import NotFound
from mizuhiki.vocabulary.names.repertoires import Repertoire, code_points

MOST_SHOWN = 500
OTHER = "other"
_CODES = re.compile(r"(?:U\+)?[0-9A-F]{4,6}(?:(?: |-)(?:U\+)?[0-9A-F]{4,6})*\Z", re.IGNORECASE)
_LAST_CODE = 0x10FFFF
_CHOSEN, _WITHDRAWN = "chosen", "withdrawn"
_FIELDS = {
    "not-a-substitute-character": OTHER,
    "substitute-reason-missing": "reason",
    "substitute-from-the-past": "since",
}


class NoCharacterPage(NotFound):
    """The address names no repertoire that lacks characters, or no character."""

    code = "no-character-page"
    title = "There is no page for this character"


def page_of(repertoire: Repertoire, character: str) -> str:
    """Return the address of a character's page; it holds code points, which survive every system on the way."""
    return f"/substitutes/{repertoire.value}/" + "-".join(f"{ord(sign):04X}" for sign in character)


def character_typed(text: str) -> str:
    """Read a character that was typed as itself or by its code points; empty when it is neither.

    A word of four letters or digits is taken for a code point, since a character stands alone.
    """
    if not _CODES.match(text):
        return text
    codes = [int(code, 16) for code in re.findall(r"[0-9A-F]{4,6}", text, re.IGNORECASE)]
    return "".join(map(chr, codes)) if max(codes) <= _LAST_CODE else ""


class SubstitutePages:
    """The list of characters, and the page of one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/substitutes")(self.substitutes)
        desk.site.route("/substitutes/<repertoire>/<code>", ("GET", "POST"), endpoint="substitute")(self.character)

    def substitutes(self) -> Reply:
        """Show what is lacking and what is chosen; a character that was typed leads to its page."""
        desk = self._desk
        desk.require(CHOOSE)
        _ = desk.site.translate
        form = Form.posted(request.args)
        repertoire = _repertoire(form.value("repertoire") or Repertoire.JIS_X_0208.value)
        if typed := form.value("character"):
            character = character_typed(typed)
            seen = desk.operations.substitutes
            context = desk.context(REGISTER, "look up a character")
            if desk.attempt(
                form,
                lambda: seen.character(context, repertoire, character),
                {"not-one-character": "character", "substitute-not-needed": "character"},
            ):
                return desk.site.redirect(page_of(repertoire, character))
        context = desk.context(REGISTER, "list characters without a substitute")
        lacking = desk.operations.substitutes.lacking(context, repertoire)
        chosen = desk.operations.substitutes.in_force(context, repertoire)
        return desk.site.render(
            "substitutes.html",
            form=form,
            repertoire=repertoire.value,
            receiver=_(say.REPERTOIRES[repertoire]),
            lacking_columns=[
                Column(_("Character")),
                Column(_("Code point")),
                Column(_("Records"), numeric=True),
                Column(_("Stands in")),
            ],
            lacking=[self._lacking(one, repertoire) for one in lacking[:MOST_SHOWN]],
            lacking_count=len(lacking),
            chosen_columns=[
                Column(_("Character")),
                Column(_("Code point")),
                Column(_("Written")),
                Column(_("Since")),
                Column(_("Reason")),
                Column(_("Who")),
            ],
            chosen=[self._chosen(one) for one in chosen],
            others=[
                Action(_(title), f"/substitutes?repertoire={one.value}")
                for one, title in say.REPERTOIRES.items()
                if one not in {repertoire, Repertoire.FULL}
            ],
        )

    def _lacking(self, one: Lacking, repertoire: Repertoire) -> Row:
        _ = self._desk.site.translate
        return Row(
            (
                one.character,
                code_points(one.character),
                one.records,
                self._desk.words.listed([_(COLUMN_NAMES[column]) for column in one.columns]),
            ),
            (Action(_("Choose a substitute"), page_of(repertoire, one.character), about=code_points(one.character)),),
        )

    def _chosen(self, one: SubstituteChoice) -> Row:
        _ = self._desk.site.translate
        return Row(
            (
                one.original,
                code_points(one.original),
                f"{one.written} {code_points(one.written)}",
                self._desk.words.short_day(one.since),
                one.reason,
                self._desk.words.actor(one.by),
            ),
            (Action(_("Change"), page_of(one.repertoire, one.original), about=code_points(one.original)),),
        )

    def character(self, repertoire: str, code: str) -> Reply:
        """Show one character with what may stand for it; a post chooses, changes or withdraws."""
        desk = self._desk
        desk.require(CHOOSE)
        receiver = _repertoire(repertoire)
        character = character_typed(code) if _CODES.match(code) else ""
        if not character:
            raise NoCharacterPage
        form = desk.posted_form(since=desk.today().isoformat())
        context = desk.context(REGISTER, "choose a substitute character")
        view = desk.operations.substitutes.character(context, receiver, character)
        if request.method == "POST":
            done = self._post(form, receiver, character, view)
            if done:
                return desk.site.redirect(f"{page_of(receiver, character)}?done={done}")
        return self._show(form, receiver, character, view)

    def _post(self, form: Form, repertoire: Repertoire, character: str, view: CharacterView) -> str:
        """Do what was posted; empty with messages of the form when it was refused."""
        desk = self._desk
        _ = desk.site.translate
        step = form.value("step")
        seen = desk.operations.substitutes
        if step == "withdraw":
            context = desk.context(REGISTER, "withdraw a substitute character")
            reason = form.require("withdrawal", _("Say why the choice ends"))
            good = form.good and desk.attempt(
                form,
                lambda: seen.withdraw(context, repertoire, character, reason),
                {"substitute-reason-missing": "withdrawal"},
            )
            return _WITHDRAWN if good else ""
        if step != "choose":
            refuse_step()
        written = form.value("written")
        if written == OTHER or not view.candidates:
            written = character_typed(form.require(OTHER, _("Enter the character that is to stand for it")))
        elif written not in {one.written for one in view.candidates}:
            form.refuse("written", _("Choose what is to stand for the character"))
        reason = form.require("reason", _("Say in at most 400 characters why this character may stand for the other"))
        since = form.parse("since", parse_date, _("Enter the day like 2019-12-02 or 令和元年12月2日"))
        if not form.good or since is None:
            return ""
        context = desk.context(REGISTER, "choose a substitute character")
        chosen = Chosen(repertoire, character, written, reason, since)
        good = desk.attempt(form, lambda: seen.choose(context, chosen), _FIELDS)
        return _CHOSEN if good else ""

    def _show(self, form: Form, repertoire: Repertoire, character: str, view: CharacterView) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        kept = {_CHOSEN: _("The substitute is kept"), _WITHDRAWN: _("The choice is withdrawn")}
        answers = [
            Answer(_("Code point"), code_points(character)),
            Answer(_("Receiving system holds"), _(say.REPERTOIRES[repertoire])),
            Answer(_("Written today"), self._sign(view.written) or _("nothing: files for this system are refused")),
            Answer(_("By rule, without a choice"), self._sign(view.by_rule) or _("nothing")),
        ]
        return desk.site.render(
            "substitute.html",
            form=form,
            character=character,
            code=code_points(character),
            back=f"/substitutes?repertoire={repertoire.value}",
            done=kept.get(request.args.get("done", ""), ""),
            answers=answers,
            candidates=[
                *(Choice(one.written, self._sign(one.written), _(say.SOURCES[one.source])) for one in view.candidates),
                *([Choice(OTHER, _("Another character"))] if view.candidates else []),
            ],
            may_withdraw=any(one.written for one in view.standing),
            columns=[Column(title) for title in (_("Entered at"), _("Written"), _("Since"), _("Reason"), _("Who"))],
            entries=[self._entry(one) for one in view.entries],
        )

    def _sign(self, written: str) -> str:
        return f"{written} ({code_points(written)})" if written else ""

    def _entry(self, one: SubstituteChoice) -> Row:
        _ = self._desk.site.translate
        words = self._desk.words
        return Row(
            (
                words.moment(one.at),
                self._sign(one.written) or Tag(_("withdrawn"), Tone.ATTENTION),
                words.short_day(one.since),
                one.reason,
                words.actor(one.by),
            )
        )


def _repertoire(value: str) -> Repertoire:
    """Return a repertoire that lacks characters.

    Raises:
        NoCharacterPage: it is none.
    """
    if value not in list(Repertoire) or value == Repertoire.FULL:
        raise NoCharacterPage
    return Repertoire(value)
