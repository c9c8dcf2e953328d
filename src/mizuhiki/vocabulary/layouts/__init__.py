"""Versioned layouts of linkage information, one per kind (データ標準レイアウト; R-229)."""

from mizuhiki.vocabulary.layouts.layout import (
    AbsenceReason,
    ItemType,
    Layout,
    LayoutItem,
    LayoutMismatch,
    NoLayout,
    Scalar,
)
from mizuhiki.vocabulary.layouts.library import kinds, layout, layout_version, layouts_accepted, require_accepted

__all__ = [
    "AbsenceReason",
    "ItemType",
    "Layout",
    "LayoutItem",
    "LayoutMismatch",
    "NoLayout",
    "Scalar",
    "kinds",
    "layout",
    "layout_version",
    "layouts_accepted",
    "require_accepted",
]
