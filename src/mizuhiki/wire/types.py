r"""Constrained field types that several interfaces share.

A pattern ends with ``$(?!\n)``: in Python ``$`` alone also stands before a final line break.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

InstitutionText = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z0-9]+)*$(?!\n)", max_length=64)]
"""An institution identifier, see `vocabulary.ids`."""
AffairText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=64)]
"""An affair of the affair table."""
ProcedureText = Annotated[
    str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$(?!\n)", max_length=96)
]
"""A procedure within an affair, ``affair.procedure``."""
KindText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=64)]
"""A kind of specific personal information (特定個人情報名)."""
MunicipalityCodeText = Annotated[str, Meta(pattern=r"^[0-9]{6}$(?!\n)")]
AddresseeText = Annotated[str, Meta(pattern=r"^[0-9]{15}$(?!\n)")]
"""A local addressee number (団体内統合宛名番号)."""
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$(?!\n)")]
"""A random identifier or short stable name made by the sender."""
SignedObject = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$(?!\n)", max_length=4_000_000)
]
"""A JWS in compact form (RFC 7515) made by `crypto.signed_objects`."""
Outcome = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*$(?!\n)", max_length=64)]
"""``provided``, ``no-data`` (also withheld or secret), or a refusal code."""
FiscalYear = Annotated[int, Meta(ge=0, le=9999)]
"""The year in which a fiscal year (April to March) begins; 0 where none is meant."""
