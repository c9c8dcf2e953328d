"""Core of the Cooperation Network System: permission, second converter, record of exchanges (番号法21条, 23条)."""
