"""The certification authorities of the card (J-LIS): certificates, revocation by register changes, status answers."""
