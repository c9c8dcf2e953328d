"""Read the notices that offices sent to the account (R-276)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mizuhiki.institutions.portal.domain.accounts import AccountState
from mizuhiki.institutions.portal.domain.errors import AccountNotReady, NoticeUnknown
from mizuhiki.institutions.portal.domain.notices import Notice
from mizuhiki.institutions.portal.operations.sign_in import account_of
from mizuhiki.institutions.portal.ports import OwnServer, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

ACTION = "read-notices"


@dataclass(frozen=True, slots=True)
class ReadNotices:
    """Notices stay at the intermediate server; the portal keeps only which ones were read."""

    store: Store
    authority: Authority
    server: OwnServer

    def all(self, context: Context) -> list[Notice]:
        """Return the account's notices, newest first.

        Raises:
            AccountNotReady: nothing can be sent to this account yet.
        """
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            account = account_of(context, records)
            read = records.read_notices(account.number)
            records.audit(grounds_of(context), "notices-read", account.state.value)
        if account.state is not AccountState.READY:
            raise AccountNotReady
        return [replace(notice, read=notice.notice_id in read) for notice in self.server.notices(account.number)]

    def one(self, context: Context, *, notice_id: str) -> Notice:
        """Return one notice and mark it as read.

        Raises:
            NoticeUnknown: the account has no such notice.
        """
        found = next((notice for notice in self.all(context) if notice.notice_id == notice_id), None)
        if found is None:
            raise NoticeUnknown
        if not found.read:
            with self.store.transaction() as records:
                records.mark_read(account_of(context, records).number, notice_id, context.now())
        return replace(found, read=True)
