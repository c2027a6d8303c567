"""A participant's line as the product's roster writes it, without any of its code."""

from __future__ import annotations

from typing import Any

WIDTH = 118
_COLUMNS = (
    ("name", 27),
    ("address", 27),
    ("role", 5),
    ("state", 10),
    ("audio", 10),
    ("video", 5),
    ("pres", 6),
    ("spot", 4),
    ("proto", 6),
    ("since", 6),
)
TITLES = tuple(title for title, _ in _COLUMNS)
WIDTHS = tuple(width for _, width in _COLUMNS)
COLUMN_OF = {"is_muted": "audio", "is_video_muted": "video", "buzz_time": "state"}
"""Which column shows a field of the scenario."""


def cells_of(one: dict[str, Any]) -> list[str]:
    """What stands in the columns."""
    return [
        name_of(one),
        one["uri"],
        "Host" if one["role"] == "chair" else "Guest",
        cell_of("buzz_time", one["buzz_time"]),
        cell_of("is_muted", one["is_muted"]),
        "-" if one["protocol"] == "api" else cell_of("is_video_muted", one["is_video_muted"]),
        "",
        "",
        one["protocol"],
        " 10-09",
    ]


def name_of(one: dict[str, Any]) -> str:
    """The name, with the overlay text where that is another."""
    if one["overlay_text"] == one["display_name"]:
        return str(one["display_name"])
    return f"{one['display_name']} · {one['overlay_text']}"


def cell_of(field: str, value: Any) -> str:
    """What a field of the scenario looks like."""
    if field == "buzz_time":
        return "↑ hand" if value else "in"
    if field == "is_muted":
        return "✕ muted" if value == "YES" else ""
    return "off" if value else "cam"


def bar_of(level: int, width: int) -> str:
    """A voice as a bar, in eighths of a cell."""
    whole, part = divmod(round(level / 100 * width * 8), 8)
    return ("█" * whole + (" ▏▎▍▌▋▊▉"[part] if part else "")).ljust(width)
