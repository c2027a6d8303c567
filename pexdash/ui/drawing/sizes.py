"""The sizes of the terminal at which the conference is laid out in another way."""

from __future__ import annotations

from pexdash.ui.drawing.frame import FRAMED_HEIGHT, FRAMED_WIDTH

LEAST_WIDTH, LEAST_HEIGHT = 40, 10
"""The columns and lines below which nothing of a conference is shown."""
WIDTHS = [
    (0, "-slim"),
    (LEAST_WIDTH, "-thin"),
    (60, "-narrow"),
    (FRAMED_WIDTH, "-wide"),
    (170, "-vast"),
]
"""From so many columns on, the class of the screen."""
HEIGHTS = [
    (0, "-flat"),
    (LEAST_HEIGHT, "-low"),
    (20, "-tall"),
    (FRAMED_HEIGHT, "-high"),
    (38, "-higher"),
    (50, "-highest"),
]
"""From so many lines on, the class of the screen."""
