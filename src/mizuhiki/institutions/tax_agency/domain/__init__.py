"""Rules and records of Corporate Numbers; pure."""
