"""Life events of residents: what is entered, when it was due, what proves it, and what it makes of a record; pure."""
