"""How a text looks: the style of it on a widget, from the colours of the theme."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from textual.color import Color
from textual.widget import Widget


class TextLook(NamedTuple):
    """How a text looks: colours by their names in the theme, "" for the widget's own."""

    colour: str = ""
    opacity: float = 1.0
    bold: bool | None = None
    background: str = ""


DIM = TextLook("foreground", 0.6)
TITLE = TextLook("foreground", 0.6, bold=True)


def style_of(widget: Widget, look: TextLook) -> Style:
    """The style of a look on a widget, to be laid over the widget's own.

    Not by component classes: each of these is a node for each widget, which is styled again
    whenever that is, and a screen has a hundred of them before anybody is on it. Colours are
    mixed with the background here and now; a style names no background unless it has its own.
    """
    theme, under = widget.app.theme_variables, widget.background_colors[1]
    if look.background:
        under += Color.parse(theme[look.background])
    return Style(
        color=_text_colour(theme[look.colour], look.opacity, under).rich_color
        if look.colour
        else None,
        bgcolor=under.rich_color if look.background else None,
        bold=look.bold,
    )


def _text_colour(value: str, opacity: float, under: Color) -> Color:
    """A colour of the theme over another; "auto 87%" is whatever can be read there."""
    if value.startswith("auto"):
        share = value.removeprefix("auto").strip().removesuffix("%")
        return under + under.get_contrast_text(float(share or 100) / 100 * opacity)
    return under + Color.parse(value).multiply_alpha(opacity)
