"""The test card of the card's own tests."""

from __future__ import annotations

from unit.card.conftest import chip, facts, issuer_key, module_facts, power_on, store, template

__all__ = ["chip", "facts", "issuer_key", "module_facts", "power_on", "store", "template"]
