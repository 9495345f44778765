"""Dates of uncertain precision, as the fact-check uses them.

The parser itself stands in ``sources.domain.edtf``: sources are dated in the same forms, and may not import from
here.
"""

from sources.domain.edtf import EdtfDate, display, display_period, parse

__all__ = ["EdtfDate", "display", "display_period", "parse"]
