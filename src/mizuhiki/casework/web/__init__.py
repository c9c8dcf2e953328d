"""Building blocks of pages about cases; a body composes them with its own screens and words."""
