"""A participant's line as the product's roster writes it, without any of its code."""

from __future__ import annotations

from typing import Any

WIDTH = 107
LEAD = 4
_COLUMNS = (
    ("name", 25),
    ("address", 28),
    ("state", 19),
    ("voice", 8),
    ("talk", 5),
    ("by", 6),
    ("for", 6),
)
TITLES = tuple(title for title, _ in _COLUMNS)
WIDTHS = tuple(width for _, width in _COLUMNS)
COLUMN_OF = {
    "is_muted": "state",
    "is_video_muted": "state",
    "overlay_text": "state",
    "buzz_time": "for",
}
"""Which column shows a field of the scenario."""


def cells_of(one: dict[str, Any]) -> list[str]:
    """What stands in the columns."""
    return [cell_of(one, title) for title in TITLES]


def cell_of(one: dict[str, Any], title: str) -> str:
    """What stands in a column."""
    if title == "name":
        return str(one["display_name"])
    if title == "address":
        return "" if one["protocol"] == "api" else str(one["uri"]).rpartition("@")[2]
    if title == "state":
        return _words_of(one)
    if title == "by":
        return "" if one["protocol"] == "webrtc" else str(one["protocol"])
    if title == "for":
        return "  5:00" if one["buzz_time"] else "  365d"
    return ""


def sound_of(one: dict[str, Any]) -> str:
    """The sign before the name."""
    return "✕" if one["is_muted"] == "YES" else " "


def _words_of(one: dict[str, Any]) -> str:
    words = ["muted"] if one["is_muted"] == "YES" else []
    words += ["camera off"] if one["is_video_muted"] else []
    if one["overlay_text"] != one["display_name"]:
        words.append(f"shown as {one['overlay_text']}")
    return ", ".join(words)


def bar_of(level: int, width: int) -> str:
    """A voice as a bar, in eighths of a cell."""
    whole, part = divmod(round(level / 100 * width * 8), 8)
    return ("█" * whole + (" ▏▎▍▌▋▊▉"[part] if part else "")).ljust(width)
