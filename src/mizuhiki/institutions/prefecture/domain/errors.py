"""What the prefecture's register server refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Refused


class MunicipalityElsewhere(Refused):
    """The sender is not a municipality of this prefecture."""

    code = "municipality-elsewhere"
    title = "This municipality lies in another prefecture"


class ChangeOfOtherMunicipality(Refused):
    """A municipality may notify only its own residents."""

    code = "change-of-other-municipality"
    title = "A municipality may notify only changes of its own register"


class NoticeOutOfOrder(Conflict):
    """A notice of one person came before the one it follows."""

    code = "notice-out-of-order"
    title = "A notice came before the one it follows; send the missing one first"
