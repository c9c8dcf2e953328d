"""What outside bodies do towards the registers."""
