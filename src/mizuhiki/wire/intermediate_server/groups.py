"""The nine groups of interfaces that an intermediate server offers (中間サーバーの九つの機能群; R-219).

Every endpoint belongs to exactly one; the README of the server and the generated listing are made from this table.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from mizuhiki.wire.common.v1 import KEY_SET
from mizuhiki.wire.endpoint import Endpoint
from mizuhiki.wire.intermediate_server import owner_v1, stream_v1, v1


class InterfaceGroup(enum.Enum):
    """One group: its official Japanese name and our English one."""

    INQUIRY = ("情報照会", "Inquiry")
    PROVISION = ("情報提供", "Provision")
    RECORDS = ("情報提供等記録管理", "Record management")
    COPIES = ("副本管理", "Local copies")
    SECURITY = ("セキュリティ管理", "Security")
    SYSTEM = ("システム管理", "System")
    OWN_DATA = ("自己情報提供", "Own data")
    NOTICES = ("お知らせ", "Notices")
    CODES = ("符号管理", "Codes")

    @property
    def name_ja(self) -> str:
        """The name in Japanese."""
        return self.value[0]

    @property
    def name_en(self) -> str:
        """The name in English."""
        return self.value[1]


GROUPS: Mapping[InterfaceGroup, tuple[Endpoint[Any, Any], ...]] = {
    InterfaceGroup.INQUIRY: (
        v1.INQUIRE,
        v1.FETCH_RESULT,
        v1.SUBMIT_FILE,
        v1.DRY_RUN_FILE,
        v1.FILE_PROGRESS,
        v1.FETCH_OUTCOMES,
        stream_v1.HAND_IN_LINES,
        stream_v1.FOLLOW_OUTCOMES,
    ),
    InterfaceGroup.PROVISION: (v1.PROVIDE, owner_v1.WAITING_PROVISIONS),
    InterfaceGroup.RECORDS: (owner_v1.OWN_RECORDS,),
    InterfaceGroup.COPIES: (v1.REGISTER_LOCAL_COPIES, owner_v1.CHECK_LOCAL_COPIES),
    InterfaceGroup.SECURITY: (v1.MARK_ADDRESSEE, KEY_SET),
    InterfaceGroup.SYSTEM: (owner_v1.SERVER_STATE,),
    InterfaceGroup.OWN_DATA: (owner_v1.OWN_DATA, v1.OPEN_HISTORY),
    InterfaceGroup.NOTICES: (v1.SEND_NOTICE, v1.COLLECT_NOTICES, v1.RECEIVE_NOTICE),
    InterfaceGroup.CODES: (v1.PREPARE_ACQUISITION, v1.HELD_PSEUDONYMS, v1.RECEIVE_PSEUDONYMS),
}
"""Which endpoints a group offers, `KEY_SET` included, which every institution serves."""


def group_of(endpoint: Endpoint[Any, Any]) -> InterfaceGroup:
    """Return the group of an endpoint that an intermediate server serves.

    Raises:
        KeyError: it serves no such endpoint.
    """
    for group, members in GROUPS.items():
        if endpoint in members:
            return group
    raise KeyError(endpoint.name)
