"""How a prefecture's register server calls other institutions."""

from mizuhiki.institutions.prefecture.peers.national_register_queue import NationalRegisterQueue

__all__ = ["NationalRegisterQueue"]
