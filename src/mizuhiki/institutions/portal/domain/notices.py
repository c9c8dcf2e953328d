"""Notices (お知らせ) that offices sent to an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice in the sender's words; `read` is this portal's own mark."""

    notice_id: str
    sender: str
    subject: str
    body: str
    sent_at: datetime
    respond_by: date | None
    read: bool = False
