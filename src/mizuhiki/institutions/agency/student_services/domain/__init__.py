"""Rules and records of student aid: pure."""
