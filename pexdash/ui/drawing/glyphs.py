"""The signs of the screen, each one cell wide, with a set for terminals without Unicode."""

from __future__ import annotations

from msgspec import Struct


class Glyphs(Struct, frozen=True):
    """One sign for each state; each sign has a word beside it."""

    cursor: str = "▸"
    mark: str = "✓"
    pending: str = "…"
    muted: str = "✕"
    speaking: str = "●"
    presenting: str = "▣"
    spotlight: str = "★"
    hand: str = "↑"
    down: str = "↓"
    up: str = "↑"
    live: str = "●"
    lost: str = "▲"
    joining: str = "○"
    between: str = "·"
    fine: str = "•"
    below: str = "▼"
    rule: str = "╌"
    ellipsis: str = "…"
    playing: str = "▶"
    paused: str = "‖"
    marker: str = "◆"
    eighths: str = " ▏▎▍▌▋▊▉█"
    box: str = "─│┌┐└┘├┤┬┴┼"
    quadrants: str = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
    """The sign of each set of filled quarters of a cell; "" where there are none."""
    fill: str = "█▓"
    """Two signs that fill a cell, to tell neighbours apart."""
    critical: str = "▲"
    warning: str = "△"
    information: str = "○"
    out: str = "×"
    over: str = "✓"
    bars: str = "▁▂▃▄▅▆▇█"
    halves: str = " ▀▄█"
    """A cell with nothing, its upper, its lower and both halves filled; "" where there are none."""
    scroll_bar: str = "▐"


UNICODE = Glyphs()
ASCII = Glyphs(
    cursor=">",
    mark="*",
    pending="~",
    muted="x",
    speaking="o",
    presenting="#",
    spotlight="^",
    hand="!",
    down="v",
    up="^",
    live="o",
    lost="!",
    joining="-",
    between="|",
    fine=".",
    below="v",
    rule="-",
    ellipsis="~",
    playing=">",
    paused="=",
    marker="+",
    eighths="    -===#",
    box="-|+++++++++",
    quadrants="",
    fill="#=",
    critical="!",
    warning="^",
    information="i",
    out="x",
    over="+",
    bars="._-=+*%#",
    halves="",
    scroll_bar="#",
)


def glyphs_for(encoding: str | None, named: str = "") -> Glyphs:
    """The set that is `named` in the settings, or that a terminal of this encoding can show."""
    if named:
        return ASCII if named == "ascii" else UNICODE
    name = (encoding or "").casefold().replace("-", "").replace("_", "")
    return UNICODE if name.startswith("utf") else ASCII
