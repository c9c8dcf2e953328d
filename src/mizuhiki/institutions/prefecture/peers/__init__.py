"""How a prefecture's register server calls other institutions."""

from mizuhiki.institutions.prefecture.peers.national_register_queue import NationalRegisterQueue
from mizuhiki.institutions.prefecture.peers.national_server import NationalRegisterServer

__all__ = ["NationalRegisterQueue", "NationalRegisterServer"]
