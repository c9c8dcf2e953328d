"""Use cases of a prefecture's welfare section."""
