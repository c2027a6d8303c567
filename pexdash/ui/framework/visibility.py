"""Which widgets of a screen are visible, and where."""

from __future__ import annotations

from typing import Any

from textual.errors import NoWidget
from textual.geometry import Region
from textual.map_geometry import MapGeometry
from textual.screen import Screen
from textual.widget import Widget

from pexdash.ui.framework.surface import Part, stands

Visible = dict[Widget, tuple[Region, Region]]
"""The visible widgets, those on top first; each with its region and the clip of that region."""


def visible_widgets(screen: Screen[Any]) -> Visible:
    """The visible widgets of `screen`; the same object until the next layout.

    Where the framework's inside differs, each call looks for them.
    """
    if stands(Part.SIGHT):
        return screen._compositor.visible_widgets
    return _looked_for(screen)


def _looked_for(screen: Screen[Any]) -> Visible:
    found: list[tuple[Widget, MapGeometry]] = []
    for widget in screen.walk_children(Widget, with_self=True):
        try:
            place = screen.find_widget(widget)
        except NoWidget:
            continue
        if screen.size.region.overlaps(place.region) and place.clip.overlaps(place.region):
            found.append((widget, place))
    found.sort(key=lambda one: one[1].order, reverse=True)
    return {widget: (place.region, place.clip) for widget, place in found}
