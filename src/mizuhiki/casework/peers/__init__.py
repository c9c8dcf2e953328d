"""How an office calls the registers, its own intermediate server and the commission."""

from mizuhiki.casework.peers.own_server import OwnServer
from mizuhiki.casework.peers.registers import (
    CommissionDesk,
    NationalRegisterSearch,
    PrefecturalSearch,
    registered_of,
)

__all__ = ["CommissionDesk", "NationalRegisterSearch", "OwnServer", "PrefecturalSearch", "registered_of"]
