"""The component styles of a widget by short names, as the line renderers want them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style
from textual.widget import Widget


def named_styles(widget: Widget, prefix: str, names: Iterable[str]) -> dict[str, Style]:
    """The text styles of the component classes `prefix--name`; "" is the widget's own style.

    Colours are already mixed with the widget's background, which the styles leave out.
    """
    styles = {"": widget.rich_style}
    for name in names:
        full = widget.get_component_rich_style(f"{prefix}--{name}")
        part = widget.get_component_rich_style(f"{prefix}--{name}", partial=True)
        plain = Style(color=full.color) if full.color is not None else Style.null()
        styles[name] = widget.rich_style + part + plain
    return styles
