"""What no record can say, whatever was entered or corrected: days out of order, items that exclude each other."""

from __future__ import annotations

from datetime import date

from mizuhiki.institutions.municipality.domain.events.errors import ItemImpossible
from mizuhiki.institutions.municipality.domain.events.items import Items, items_of, record_with
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, ResidentRecord
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.persons import is_nationality


def corrected(record: ResidentRecord, items: Items, today: date) -> ResidentRecord:
    """Return a record with corrected items, if it can be one.

    Only rules about items that are corrected are asked, so that a record taken over with another error can be mended.

    Raises:
        ItemImpossible: an item cannot have that value, or not beside the others; field `item`.
    """
    for name in sorted(items):
        try:
            record_with(record, items_of(record) | {name: items[name]})
        except (Malformed, ValueError, KeyError, TypeError) as error:
            raise ItemImpossible(item=name) from error
    after = record_with(record, items_of(record) | dict(items))
    for item, about, sound in _rules(after, today):
        if not sound and about & set(items):
            raise ItemImpossible(item=item if item in items else min(about & set(items)))
    return after


def _rules(record: ResidentRecord, today: date) -> list[tuple[str, frozenset[str], bool]]:
    """Return rules as the item they blame first, the items they are about, and whether they hold."""
    japanese = record.nationality == JAPANESE
    stated = record.details.residence
    days = frozenset({"birth_date", "resident_since", "address_since"})
    status = frozenset({"nationality", "residence", "registered_domicile"})
    return [
        ("family", frozenset({"family", "given"}), bool(record.name.full.strip())),
        ("address", frozenset({"address"}), bool(record.address.strip())),
        ("birth_date", days, record.birth_date <= record.resident_since),
        ("address_since", days, record.resident_since <= record.address_since),
        ("birth_date", frozenset({"birth_date"}), record.birth_date <= today),
        ("address_since", frozenset({"address_since"}), record.address_since <= today),
        ("reported_on", frozenset({"reported_on"}), record.reported_on <= today),
        ("nationality", status, is_nationality(record.nationality)),
        ("nationality", status, japanese == (stated is None)),
        ("nationality", status, stated is None or stated.nationality == record.nationality),
        ("registered_domicile", status, japanese or not record.registered_domicile),
    ]
