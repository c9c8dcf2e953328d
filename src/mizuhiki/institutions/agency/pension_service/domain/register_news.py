"""What registers of municipalities told this body about persons it asked for or follows (住基法12条の2)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId


class RegisterMessageOfOthers(Refused):
    """Signer, sender or receiver are not those who speak here. Field: `item`."""

    code = "register-message-of-others"
    title = "The register's message was signed by or meant for somebody else"


class NewsKind(enum.StrEnum):
    """Kinds of messages a register sends."""

    SEARCHED = "on-search"
    SUBSCRIBED = "on-subscribe"
    UNSUBSCRIBED = "on-unsubscribe"
    EVENTS = "notify"


@dataclass(frozen=True, slots=True)
class RegisterNews:
    """One message as it came; `signed` is the register's signed object, which proves what it said."""

    sender: InstitutionId
    message: str
    kind: NewsKind
    taken_at: datetime
    signed: str
