"""How an office calls the register, its own intermediate server and the commission."""

from mizuhiki.casework.peers.own_server import OwnServer
from mizuhiki.casework.peers.registers import CommissionDesk, NationalRegisterSearch, registered_of

__all__ = ["CommissionDesk", "NationalRegisterSearch", "OwnServer", "registered_of"]
