"""Constrained field types that several interfaces share."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

InstitutionText = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z0-9]+)*$", max_length=64)]
"""An institution identifier, see `vocabulary.ids`."""
AffairText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""An affair of the affair table."""
ProcedureText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$", max_length=96)]
"""A procedure within an affair, ``affair.procedure``."""
KindText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""A kind of specific personal information (特定個人情報名)."""
MunicipalityCodeText = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
AddresseeText = Annotated[str, Meta(pattern=r"^[0-9]{15}$")]
"""A local addressee number (団体内統合宛名番号)."""
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""A random identifier or short stable name made by the sender."""
SignedObject = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", max_length=4_000_000)]
"""A JWS in compact form (RFC 7515) made by `crypto.signed_objects`."""
Outcome = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=64)]
"""``provided``, ``no-data`` (also withheld or secret), or a refusal code."""
