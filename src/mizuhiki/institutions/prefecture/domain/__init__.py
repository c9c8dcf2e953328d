"""State and rules of the prefecture's register server; pure."""
