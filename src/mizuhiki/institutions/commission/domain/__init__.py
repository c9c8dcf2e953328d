"""Rules of the commission: cases it may be asked to convert, protection assessments, what it refuses."""
