"""Where the source checkout is that the repository's own commands read and write."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.vocabulary.errors import NotFound


class NoCheckout(NotFound):
    """The folder is not a checkout of this program's source."""

    code = "no-checkout"
    title = "This command works on a source checkout"


def checkout(root: Path) -> Path:
    """Return `root` if it is a source checkout.

    Raises:
        NoCheckout: it is not.
    """
    if not (root / "src" / "mizuhiki" / "cli").is_dir() or not (root / "pyproject.toml").is_file():
        raise NoCheckout
    return root
