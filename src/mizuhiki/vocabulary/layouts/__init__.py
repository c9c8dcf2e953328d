"""Versioned layouts of linkage information, one per kind (データ標準レイアウト; R-229)."""

from mizuhiki.vocabulary.layouts.layout import (
    AbsenceReason,
    CodeValue,
    ItemType,
    Layout,
    LayoutItem,
    LayoutMismatch,
    NoLayout,
    Scalar,
)
from mizuhiki.vocabulary.layouts.library import kinds, layout, layout_version, layouts_accepted, require_accepted
from mizuhiki.vocabulary.layouts.rendering import ReadableItem, readable

__all__ = [
    "AbsenceReason",
    "CodeValue",
    "ItemType",
    "Layout",
    "LayoutItem",
    "LayoutMismatch",
    "NoLayout",
    "ReadableItem",
    "Scalar",
    "kinds",
    "layout",
    "layout_version",
    "layouts_accepted",
    "readable",
    "require_accepted",
]
