"""Rules and terms of support for attendance at special needs schools."""
