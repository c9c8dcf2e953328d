"""Rules of the core: cases, their states, what is recorded, what is refused."""
