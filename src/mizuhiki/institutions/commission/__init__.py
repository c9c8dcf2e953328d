"""Personal Information Protection Commission: first converter, assessment register, witness of all ledgers."""
