"""Lets ``python -m mizuhiki`` do what the ``mizuhiki`` command does."""

from mizuhiki.cli import main

if __name__ == "__main__":
    main()
