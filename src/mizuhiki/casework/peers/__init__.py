"""How an office calls the registers, its own intermediate server and the commission."""

from mizuhiki.casework.peers.file_server import OwnFileServer
from mizuhiki.casework.peers.own_server import OwnServer
from mizuhiki.casework.peers.registers import (
    CommissionDesk,
    NationalRegisterSearch,
    PrefecturalSearch,
    registered_of,
)

__all__ = [
    "CommissionDesk",
    "NationalRegisterSearch",
    "OwnFileServer",
    "OwnServer",
    "PrefecturalSearch",
    "registered_of",
]
