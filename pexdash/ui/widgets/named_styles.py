"""The text styles of a widget by short names, as the line renderers want them."""

from __future__ import annotations

from collections.abc import Mapping
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


def named_styles(widget: Widget, looks: Mapping[str, TextLook]) -> dict[str, Style]:
    """The style of each of the looks; "" is the widget's own.

    Not by component classes: each of these is a node for each widget, which is styled again
    whenever that is, and a screen has a hundred of them before anybody is on it. Colours are
    mixed with the background here and now; a style names no background unless it has its own.
    """
    theme = widget.app.theme_variables
    own, behind = widget.rich_style, widget.background_colors[1]
    styles = {"": own}
    for name, look in looks.items():
        under = behind + Color.parse(theme[look.background]) if look.background else behind
        styles[name] = own + Style(
            color=_text_colour(theme[look.colour], look.opacity, under).rich_color
            if look.colour
            else None,
            bgcolor=under.rich_color if look.background else None,
            bold=look.bold,
        )
    return styles


def _text_colour(value: str, opacity: float, under: Color) -> Color:
    """A colour of the theme over another; "auto 87%" is whatever can be read there."""
    if value.startswith("auto"):
        share = value.removeprefix("auto").strip().removesuffix("%")
        return under + under.get_contrast_text(float(share or 100) / 100 * opacity)
    return under + Color.parse(value).multiply_alpha(opacity)
