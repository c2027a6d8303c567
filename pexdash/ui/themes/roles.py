"""The meanings of colours on the screen: one colour, one meaning, and nothing by colour alone."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a colour means.

    The value is its name everywhere: `$attention` in a style sheet, "attention" in a span.
    """

    GROUND = "ground"
    """What all stands on."""
    TOP_GROUND = "top-ground"
    """The ground of the top line, and of a line to type in."""
    CURSOR_GROUND = "cursor-ground"
    """The ground of what has the cursor; what is dim becomes text on it."""
    TEXT = "text"
    """What one reads: names, words, numbers."""
    DIM = "dim"
    """What is ordinary: the usual state, times, hints."""
    LINE = "line"
    """Frames and rules, never text."""
    ACCENT = "accent"
    """Keys that act, and what is set or asked for: presenting, spotlight, flags of the meeting."""
    ATTENTION = "attention"
    """Somebody or something needs the host now: waiting, a hand, an alarm, a lost line."""
    VOICE = "voice"
    """Who speaks now, and nothing else."""
    MUTED = "muted"
    """Muted, refused, failed."""
    VOICE_GROUND = "voice-ground"
    """The ground of a voice, in a theme that has one where no green can be read on its ground."""
