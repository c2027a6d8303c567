"""The look of a text, and the style it has on a widget by the colours of the theme."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from textual.color import Color
from textual.widget import Widget


class TextLook(NamedTuple):
    """How a text looks: colours by their names in the theme, "" for the widget's own.

    `reverse` exchanges the colours of text and ground, which needs no colours.
    """

    colour: str = ""
    opacity: float = 1.0
    bold: bool | None = None
    background: str = ""
    reverse: bool | None = None


DIM = TextLook("foreground", 0.6)
TITLE = TextLook("foreground", 0.6, bold=True)


def style_of(widget: Widget, look: TextLook) -> Style:
    """The style of `look` on `widget`, to lay over the widget's own style.

    Component classes would cost more: each is a node in each widget, the framework styles that
    node whenever it styles the widget, and even an empty screen has a hundred of them. The style
    mixes its colour with the widget's background, and has a background only where the look has.
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
        reverse=look.reverse,
    )


def _text_colour(value: str, opacity: float, under: Color) -> Color:
    """The theme colour `value` over `under`; "auto 87%" is black or white, the more readable."""
    if value.startswith("auto"):
        share = value.removeprefix("auto").strip().removesuffix("%")
        return under + under.get_contrast_text(float(share or 100) / 100 * opacity)
    return under + Color.parse(value).multiply_alpha(opacity)
