"""Codes in words, as message ids, and how an entry is shown in both languages."""

from __future__ import annotations

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause, CorporationKind, Process
from mizuhiki.institutions.tax_agency.domain.corporations import Entry
from mizuhiki.runtime.pages import Site
from mizuhiki.ui.components import Answer, Choice, Event, Tag, Tone
from mizuhiki.vocabulary.numbers import CorporateNumber

KINDS = {
    CorporationKind.STATE: "State body",
    CorporationKind.LOCAL_GOVERNMENT: "Local government",
    CorporationKind.STOCK_COMPANY: "Stock company",
    CorporationKind.LIMITED_COMPANY: "Limited company (special)",
    CorporationKind.GENERAL_PARTNERSHIP: "General partnership company",
    CorporationKind.LIMITED_PARTNERSHIP: "Limited partnership company",
    CorporationKind.LIMITED_LIABILITY_COMPANY: "Limited liability company",
    CorporationKind.OTHER_REGISTERED: "Other registered corporation",
    CorporationKind.FOREIGN_COMPANY: "Foreign company",
    CorporationKind.OTHER: "Other body",
}
PROCESSES = {
    Process.NEW: "Number designated",
    Process.NAME: "Name changed",
    Process.ADDRESS: "Address changed",
    Process.FOREIGN_ADDRESS: "Address abroad changed",
    Process.CLOSED: "Record closed",
    Process.REINSTATED: "Record reinstated",
    Process.MERGER: "Took over another corporation",
    Process.MERGER_VOID: "Merger declared void",
    Process.NAME_ERASED: "Trade name erased",
    Process.DELETED: "Taken out of publication",
}
CAUSES = {
    CloseCause.LIQUIDATED: "Liquidation completed",
    CloseCause.MERGED: "Dissolution by merger",
    CloseCause.CLOSED_BY_REGISTRAR: "Closed by the registrar",
    CloseCause.OTHERWISE_LIQUIDATED: "Otherwise liquidated",
}
REASONS = {
    "missing": "Something is missing here",
    "too-long": "This is too long",
    "unknown": "This is not known",
    "control-character": "This has a character that cannot be printed",
    "one-address": "Give an address in Japan or one abroad, not both",
    "seven-digits": "Enter seven digits",
    "not-for-kind": "This does not fit the kind of corporation",
    "future": "The day lies in the future",
    "correct-instead": "This can only be corrected, not changed",
    "use-merger": "Use the entry for mergers",
}


def shown_name(site: Site, entry: Entry) -> str:
    """Return the name in the language of the page, where there is one in it."""
    return entry.profile.en_name if site.language == "en" and entry.profile.en_name else entry.profile.name


def shown_address(site: Site, entry: Entry) -> str:
    """Return the address in the language of the page, where there is one in it."""
    profile = entry.profile
    if site.language == "en" and profile.en_name:
        english = ", ".join(part for part in (profile.en_city_name, profile.en_prefecture_name) if part)
        return english or profile.en_address_outside or profile.address
    return profile.address


def state_tag(site: Site, entry: Entry) -> Tag:
    """Return open, closed or merged in words."""
    _ = site.translate
    if not entry.closed:
        return Tag(_("Existing"), Tone.DONE)
    return Tag(_("Merged"), Tone.SPECIAL) if entry.successor else Tag(_("Closed"), Tone.NEUTRAL)


def kind_choices(site: Site) -> list[Choice]:
    """Return every kind to choose from."""
    return [Choice(kind.value, site.translate(words)) for kind, words in KINDS.items()]


def entry_answers(site: Site, entry: Entry) -> list[Answer]:
    """Return the items of an entry as rows; empty items are left out."""
    _, profile = site.translate, entry.profile
    rows = [
        (_("Corporate Number"), entry.number),
        (_("Name"), profile.name),
        (_("Reading"), profile.furigana),
        (_("Name in English"), profile.en_name),
        (_("Kind"), _(KINDS[CorporationKind(profile.kind)])),
        (_("Postal code"), f"{profile.post_code[:3]}-{profile.post_code[3:]}" if profile.post_code else ""),
        (_("Address"), profile.address),
        (_("Address in English"), ", ".join(one for one in (profile.en_city_name, profile.en_prefecture_name) if one)),
        (_("Address abroad in English"), profile.en_address_outside),
        (_("Designated on"), day(site, entry.assignment_date)),
        (_("Last updated"), day(site, entry.update_date)),
    ]
    if entry.close_date is not None and entry.close_cause is not None:
        rows += [
            (_("Closed on"), day(site, entry.close_date)),
            (_("Cause of closure"), _(CAUSES[entry.close_cause])),
            (_("Successor"), entry.successor),
        ]
    return [Answer(label, value) for label, value in rows if value]


def day(site: Site, shown: object) -> str:
    """Return a date in the words of the page's language."""
    return site.look.format_day(shown, site.language)  # type: ignore[arg-type]  # callers pass dates of entries


def history_events(site: Site, entries: list[Entry]) -> list[Event]:
    """Return the lines of a record for a timeline, newest first."""
    _ = site.translate
    events = []
    for entry in entries:
        parts = [entry.profile.name, entry.profile.address]
        if entry.close_cause is not None:
            parts.append(_(CAUSES[entry.close_cause]))
        if entry.change_cause:
            parts.append(entry.change_cause)
        title = f"{_(PROCESSES[entry.process])} ({entry.process.value})"
        events.append(
            Event(
                title=title,
                time=day(site, entry.change_date),
                machine_time=entry.change_date.isoformat(),
                who=_("published %(day)s", day=day(site, entry.update_date)),
                text=" / ".join(part for part in parts if part),
                tag=Tag(_("Correction"), Tone.ATTENTION)
                if entry.correct
                else None
                if entry.public
                else Tag(_("Not published"), Tone.NEUTRAL),
            )
        )
    return events


def parse_number(text: str) -> str:
    """Return the digits of a Corporate Number as people write it, in groups or full width.

    Raises:
        MalformedCorporateNumber: it is none.
    """
    return CorporateNumber.parse(text.strip().lstrip("Tt")).value
