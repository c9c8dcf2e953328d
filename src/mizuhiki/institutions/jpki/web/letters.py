"""The page of letters to holders whose certificates end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from mizuhiki.institutions.jpki.domain.errors import NoRenewalLetters
from mizuhiki.institutions.jpki.domain.practice import NoticeChannel
from mizuhiki.institutions.jpki.operations.renewal_letters import MOST, LetterBatch
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Choice, Column, Row
from mizuhiki.ui.forms import Form

BASIS = "公的個人認証法3条, 22条"
STEPS = ("write", "again")


class LetterPages:
    """Letters are written by an operator, because somebody must print, fold and post them."""

    def __init__(self, site: Site, authorities: CertificationAuthorities) -> None:
        self._site = site
        self._authorities = authorities
        site.route("/letters", ("GET", "POST"))(self.letters)

    def _context(self) -> Context:
        return self._site.context("card-issue", BASIS, "tell holders that their certificates end")

    def letters(self) -> Reply:
        """Show who waits for a letter by place; write a batch, or that of a day again, as PDF."""
        _, context, letters = self._site.translate, self._context(), self._authorities.letters
        waiting = letters.waiting(context)
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        if request.method == "POST":
            step = form.choose("step", STEPS, _("Choose what to do"))
            day = None
            if step == "again":
                day = form.parse("day", date.fromisoformat, _("Enter the day of the letters as YYYY-MM-DD"))
            if form.good:
                reply = self._written(
                    form, lambda: letters.write(context) if day is None else letters.write_again(context, day=day)
                )
                if reply is not None:
                    return reply
        counters = Counter(
            one.municipality_code
            for one in self._authorities.expiry.ending(context)
            if one.channel is NoticeChannel.COUNTER
        )
        places = [Column(_("Municipality")), Column(_("Certificates"), numeric=True)]
        return self._site.render(
            "letters.html",
            form=form,
            most=MOST,
            columns=places,
            waiting=[Row(line) for line in sorted(waiting.items())],
            counters=[Row(line) for line in sorted(counters.items())],
            steps=[Choice("write", _("Write the next batch")), Choice("again", _("Write the letters of a day again"))],
        )

    def _written(self, form: Form, write: Callable[[], LetterBatch]) -> Reply | None:
        """Return the batch as a file; None with a message where there is nothing to print."""
        _ = self._site.translate
        try:
            batch = write()
        except NoRenewalLetters as refused:
            form.refuse("step", _(refused.title))
            return None
        if not batch.letters:
            form.refuse("step", _("No address may be printed; these holders are told at the counter."))
            return None
        reply = self._site.app.response_class(batch.pdf, mimetype="application/pdf")
        reply.headers["Content-Disposition"] = 'attachment; filename="renewal-letters.pdf"'
        return reply
