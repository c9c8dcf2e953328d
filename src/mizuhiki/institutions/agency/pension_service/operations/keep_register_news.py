"""Keep what registers of municipalities say, and show it to staff of the affair (住基法12条の2; 国民年金法108条)."""

from __future__ import annotations

from mizuhiki.institutions.agency.pension_service.domain.register_news import RegisterNews
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.runtime.context import Context

TAKE, READ = "take-register-news", "read-register-news"


def take_register_news(context: Context, adapters: Adapters, news: RegisterNews) -> None:
    """Store a message; the same one again changes nothing [peer]."""
    grounds = adapters.permit_peer(context, TAKE)
    with adapters.store.transaction() as records:
        fresh = records.keep_news(news)
        records.audit(grounds, "register-news-taken", news.kind.value, count=int(fresh))


def register_news(context: Context, adapters: Adapters) -> list[RegisterNews]:
    """Return the messages, newest first [counter-clerk]."""
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = records.news()
        records.audit(grounds, "register-news-read", "done", count=len(found))
    return found
