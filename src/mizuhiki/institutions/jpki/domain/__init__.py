"""State and rules of the certification authorities; pure."""
