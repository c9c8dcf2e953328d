"""State and rules of an intermediate server; pure."""
