"""How the organization calls others: as `casework.peers` does, and in no way of its own."""
