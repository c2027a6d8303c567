"""The facts of the alarm and the conference under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit_spans


class Waiting(Struct, frozen=True):
    """Somebody who waits to be let in."""

    waited: str
    name: str
    address: str
    is_verified: bool


class About(Struct, frozen=True):
    """A conference, and the alarm of it under the cursor: what to know before one acts.

    `steps` are what became of the alarm, each with its time of day. `keys` are what can be done,
    each with its word. `text` are the alarm's own words, "" where there is none. `unjudged` are the
    rules that a Guest's token is not enough for.
    """

    title: str
    sign: str
    is_loud: bool
    address: str
    node: str
    state: str
    text: str = ""
    waiting: tuple[Waiting, ...] = ()
    steps: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    unjudged: tuple[str, ...] = ()


def about_lines(
    about: About, width: int, height: int, glyphs: Glyphs, *, has_address: bool = True
) -> list[list[Span]]:
    """At most `height` lines of at most `width` cells; who waits gives up lines first."""
    told = [Span(simple_width(about.address), "dim")] if has_address else []
    told += [Span(simple_width(part)) for part in (about.state, about.node) if part]
    head = [span for at, one in enumerate(told) for span in (Span("   " if at else ""), one)]
    lines = [head]
    if about.text:
        lines.append([Span(simple_width(about.text), "" if about.is_loud else "dim")])
    if about.unjudged:
        lines.append([Span(f"needs Host: {', '.join(about.unjudged)}", "dim")])
    foot: list[list[Span]] = []
    if about.steps:
        foot.append([Span("   ".join(about.steps), "dim")])
    if about.keys:
        foot.append(key_spans(about.keys))
    room = height - len(lines) - len(foot)
    if room < 0:
        return [fit_spans(one, width, glyphs.ellipsis) for one in (lines + foot)[:height]]
    lines += _people(about.waiting, room)
    if height - len(lines) - len(foot) > 1:
        lines.append([])
    return [fit_spans(one, width, glyphs.ellipsis) for one in [*lines, *foot]]


def _people(waiting: Sequence[Waiting], room: int) -> list[list[Span]]:
    """Who waits, the longest first; the last line tells of how many there is none."""
    shown = waiting[: max(0, room)]
    name = min(24, max((Span(simple_width(one.name)).width for one in shown), default=0))
    lines = []
    for one in shown:
        told = simple_width(one.name)
        pad = " " * max(0, name - Span(told).width)
        spans = [Span(f"{one.waited:>6}  "), Span(f"{told}{pad}  ")]
        spans.append(Span(f"{simple_width(one.address)}  ", "dim"))
        spans.append(Span("" if one.is_verified else "not verified"))
        lines.append(spans)
    if lines and len(shown) < len(waiting):
        lines[-1].append(Span(f"   +{len(waiting) - len(shown)} more", "dim"))
    return lines


def key_spans(keys: Sequence[tuple[str, str]]) -> list[Span]:
    """Keys, each with its word."""
    return [
        span
        for at, (key, word) in enumerate(keys)
        for span in (Span(f"{'  ' if at else ''}{key} ", "accent strong"), Span(word))
    ]
