"""A participant's line as the product's roster writes it, without any of its code."""

from __future__ import annotations

from typing import Any

from tests.bench import stream

WIDTH = 115
_COLUMNS = (
    ("name", 26),
    ("address", 30),
    ("state", 24),
    ("voice", 8),
    ("talk", 5),
    ("by", 6),
    ("for", 6),
)
TITLES = tuple(title for title, _ in _COLUMNS)
WIDTHS = tuple(width for _, width in _COLUMNS)
_WIDTH_OF = dict(_COLUMNS)
COLUMN_OF = {
    "is_muted": "state",
    "is_video_muted": "state",
    "overlay_text": "state",
    "buzz_time": "for",
}
"""Which column shows a field of the scenario."""

Run = tuple[str, str]
"""A text and the names of its looks, as the product has them."""


def cells_of(one: dict[str, Any], now: float) -> list[str]:
    """What stands in the columns at Unix time `now`."""
    return [cell_of(one, title, now) for title in TITLES]


def cell_of(one: dict[str, Any], title: str, now: float) -> str:
    """What stands in a column at Unix time `now`; nothing of who speaks."""
    if title == "name":
        return str(one["display_name"])
    if title == "address":
        return "" if one["protocol"] == "api" else str(one["uri"]).rpartition("@")[2]
    if title == "state":
        return ", ".join(word for word, _ in _words(one, speaks=False))
    if title == "by":
        return "" if one["protocol"] == "webrtc" else str(one["protocol"])
    if title == "for":
        return since(one["buzz_time"] or one["start_time"], now)
    return ""


def runs_of(one: dict[str, Any], vad: float, now: float, *, cursor: bool) -> list[Run]:
    """The line of somebody whose voice is so loud, 0 to 100, at Unix time `now`."""
    over = " cursor" if cursor else ""
    is_muted = one["is_muted"] == "YES"
    is_heard = vad > 0 and not is_muted
    sound = ("✕", "muted") if is_muted else ("●", "voice strong") if is_heard else (" ", "")
    name = "voice strong" if is_heard else "strong" if cursor else ""
    cells = {title: cell_of(one, title, now) for title in ("name", "address", "by", "for")}
    bar = "█" * -(-int(vad) * 8 // 100) if is_heard else ""
    runs = [
        ("▸ " if cursor else "  ", ""),
        sound,
        (" ", ""),
        (_fit(cells["name"], _WIDTH_OF["name"]) + " ", name),
        (_fit(cells["address"], _WIDTH_OF["address"]) + " ", "dim"),
        *_joined(_words(one, speaks=vad > 0)),
        (" " + bar.ljust(_WIDTH_OF["voice"]), "voice"),
        (" " * (_WIDTH_OF["talk"] + 2), ""),
        (_fit(cells["by"], _WIDTH_OF["by"]) + " ", "dim"),
        (cells["for"].rjust(_WIDTH_OF["for"]), "attention" if one["buzz_time"] else "dim"),
    ]
    return [(text, look + over) for text, look in runs]


def _words(one: dict[str, Any], *, speaks: bool) -> list[Run]:
    is_muted = one["is_muted"] == "YES"
    words = [("you", "dim"), ("watching", "dim")] if one["uuid"] == stream.ME else []
    if is_muted:
        words.append(("talks while muted" if speaks else "muted", "muted"))
    if one["is_video_muted"]:
        words.append(("camera off", "dim"))
    if one["overlay_text"] != one["display_name"]:
        words.append((f"shown as {one['overlay_text']}", "dim"))
    return words


def _joined(words: list[Run]) -> list[Run]:
    """As many words as there is room for, and how many more there are."""
    width = _WIDTH_OF["state"]
    for shown in range(len(words), 0, -1):
        runs = [run for word in words[:shown] for run in ((", ", "dim"), word)][1:]
        if others := len(words) - shown:
            runs.append((f" +{others}", "dim"))
        left = width - sum(len(text) for text, _ in runs)
        if left >= 0:
            return [*runs, (" " * left, "")]
    return [(" " * width, "")]


def since(began: float, now: float) -> str:
    """Everybody of the scenario has been there for days."""
    return f"{int(now - began) // 86_400}d"


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def bar_of(level: float, width: int) -> str:
    """A voice as a bar, in eighths of a cell."""
    eighths = max(1, round(level / 100 * width * 8)) if level > 0 else 0
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (" ▏▎▍▌▋▊▉"[part] if part else "")).ljust(width)
