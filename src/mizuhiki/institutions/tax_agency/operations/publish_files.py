"""Publishes the files for download: the whole record by prefecture every month, the changes of every day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.tax_agency.domain.corporations import OUTSIDE_JAPAN, PublishedLine
from mizuhiki.institutions.tax_agency.domain.published import Form, file_content, pack
from mizuhiki.institutions.tax_agency.ports import PublicFile, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.places import prefectures

PUBLISH = "publish-files"
KEPT_DAYS = 40
"""How long the files of a day's changes stay, as on the published site."""
DIFFERENCES = "diff_"
WHOLE = "all_"


@dataclass(frozen=True, slots=True)
class PublishFiles:
    """Both kinds of files in all three forms; running it again publishes nothing twice."""

    store: Store
    authority: Authority

    def publish_due(self, context: Context) -> int:
        """Publish what is due: this month's whole record, and changes of past days; return how many files.

        A month without files gets them on the first run in it; a day's changes are published once it is over.
        """
        self.authority.require(context, PUBLISH)
        today = context.today()
        made = self._differences(context, today)
        months = {file.day.strftime("%Y%m") for file in self.store.files() if file.name.startswith(WHOLE)}
        if today.strftime("%Y%m") not in months:
            made += self._whole(context, today)
        return made

    def _whole(self, context: Context, today: date) -> int:
        made = 0
        for code, slug in [*((one.code, one.name_en.lower()) for one in prefectures()), (OUTSIDE_JAPAN, "kokugai")]:
            lines = list(self.store.published_in(code))
            if lines:
                made += self._keep(context, f"{WHOLE}{code}_{slug}_{today:%Y%m%d}", lines, today)
        self._drop(WHOLE, today)
        return made

    def _differences(self, context: Context, today: date) -> int:
        known = {file.day for file in self.store.files() if file.name.startswith(DIFFERENCES)}
        made = 0
        first, last = today - timedelta(days=KEPT_DAYS), today - timedelta(days=1)
        days: dict[date, list[PublishedLine]] = {}
        for line in self.store.updated(first, last):
            days.setdefault(line.entry.update_date, []).append(line)
        for day, lines in days.items():
            if day not in known:
                made += self._keep(context, f"{DIFFERENCES}{day:%Y%m%d}", lines, day)
        self._drop(DIFFERENCES, first)
        return made

    def _keep(self, context: Context, stem: str, lines: list[PublishedLine], day: date) -> int:
        files = []
        for form in Form:
            content, count = file_content(form, lines)
            name = f"{stem}_{form.value}"
            packed = pack(f"{name}.{form.extension}", content, day)
            files.append((PublicFile(f"{name}.zip", day, count, len(packed)), packed))
        with self.store.transaction() as records:
            for file, packed in files:
                records.keep_file(file, packed)
            records.audit(grounds_of(context), "corporation-files-published", "done", count=len(files))
        return len(files)

    def _drop(self, prefix: str, before: date) -> None:
        with self.store.transaction() as records:
            records.drop_files(prefix, before)
