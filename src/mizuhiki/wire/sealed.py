"""A message whose content only its recipient can read."""

from __future__ import annotations

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.wire.endpoint import Message


class Sealed(Message, frozen=True):
    """An HPKE envelope over the JSON of one inner message; the endpoint's text names the inner type both ways."""

    envelope: SealedEnvelope
