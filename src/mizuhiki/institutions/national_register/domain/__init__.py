"""State and rules of the national register; pure."""
