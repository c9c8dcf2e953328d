"""Use cases of student aid."""
