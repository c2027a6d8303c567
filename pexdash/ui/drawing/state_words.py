"""The words of a row of the roster: what is not ordinary about a participant."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.model.participant import Presence, Role
from pexdash.model.sections import Section
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.row_facts import RowFacts
from pexdash.ui.drawing.spans import Span, fit
from pexdash.ui.drawing.times import duration

_UNDER_WAY = {
    "Mute": "muting",
    "Unmute": "unmuting",
    "Admit": "admitting",
    "Refuse": "refusing",
    "Disconnect": "disconnecting",
    "Spotlight": "spotlighting",
    "Make Host": "making Host",
    "Make Guest": "making Guest",
    "Lower hand": "lowering hand",
    "Raise hand": "raising hand",
}
"""The word for a step under way, by its title; others are told by the title itself."""

_LEAST_WORD = 6
"""Cells below which a word that is cut tells less than that there is one."""


def words_of(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    """The words of a participant, the one that matters most first."""
    if facts.departed:
        return [Span("left", "attention")]
    asked = [_UNDER_WAY.get(title, title.lower()) + glyphs.ellipsis for title in facts.asked]
    return [*(Span(word, "accent") for word in asked), *_place(facts, glyphs), *_media(facts)]


def _place(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    """Who somebody is in the meeting, and what they do there."""
    one = facts.participant
    words = []
    if facts.you:
        words.append(Span(facts.you, "dim"))
        if one.is_api and facts.you in ("you", "collector"):
            words.append(Span("watching", "dim"))
    if one.presence is Presence.CONNECTING:
        # A call that rings has no start time yet: its time runs from when we first saw it.
        began = one.start_time or facts.first_seen
        rang = "" if began is None else f" {_duration(facts, began)}"
        words.append(Span(f"ringing{rang}", "accent"))
    if one.presence is Presence.PIN_ENTRY:
        words.append(Span("enters a PIN", "accent"))
    if one.is_transferring:
        words.append(Span("being moved", "accent"))
    if one.is_presenting:
        words.append(Span(f"{glyphs.presenting} presents", "accent"))
    if facts.spotlight_place:
        words.append(Span(f"{glyphs.spotlight}{facts.spotlight_place} spotlight", "accent"))
    if facts.section is Section.HANDS and one.role is Role.HOST:
        words.append(Span("Host"))
    if one.role is Role.UNKNOWN and facts.section is Section.GUESTS and one.is_in:
        words.append(Span("role unknown", "dim"))
    if one.is_in and one.is_on_hold:
        words.append(Span("on hold"))
    return words


def _media(facts: RowFacts) -> list[Span]:
    """What is heard and seen of somebody, and who vouches for them."""
    one = facts.participant
    words = []
    if facts.speaks and one.is_silenced:
        words.append(Span("talks while muted", "muted"))
    elif one.is_muted and not facts.muted_ordinary:
        words.append(Span("muted", "muted"))
    elif one.is_client_muted and not one.is_muted:
        words.append(Span("own mute", "dim"))
    elif facts.muted_ordinary and not one.is_muted and not one.machine and not one.is_api:
        words.append(Span("open"))
    if one.is_idp_authenticated is False and not facts.unverified_ordinary:
        words.append(Span("not verified", "" if facts.section is Section.WAITING else "dim"))
    if one.is_idp_authenticated and facts.section is Section.WAITING:
        words.append(Span("verified", "dim"))
    if machine := one.machine:
        words.append(Span(machine, "dim"))
    elif one.is_audio_only_call:
        words.append(Span("audio only", "dim"))
    elif one.is_video_muted:
        words.append(Span("camera off", "dim"))
    if not one.rx_presentation_allowed:
        words.append(Span("no slides", "dim"))
    if one.overlay:
        words.append(Span(f"shown as {simple_width(one.overlay)}", "dim"))
    return words


def _duration(facts: RowFacts, began: float) -> str:
    return duration(facts.now - began) + ("?" if facts.is_stale else "")


def joined(words: Sequence[Span], width: int, glyphs: Glyphs) -> list[Span]:
    """As many `words` as fit in so many cells, and how many more there are as `+2`.

    The first is cut where not even that fits; spans come padded to the width.
    """
    if width <= 0:
        return []
    for shown in range(len(words), 0, -1):
        others = len(words) - shown
        spans = [
            part
            for at, word in enumerate(words[:shown])
            for part in ([Span(", ", "dim")] if at else []) + [word]
        ]
        spans += [Span(f" +{others}", "dim")] if others else []
        left = width - sum(span.width for span in spans)
        if left >= 0:
            return [*spans, Span(" " * left)] if left else spans
    if not words:
        return [Span(" " * width)]
    more = f" +{len(words) - 1}" if len(words) > 1 else ""
    room = width - len(more)
    if room < _LEAST_WORD:
        return [Span(fit(f"+{len(words)}", width), "dim")]
    first = Span(fit(words[0].text, room, glyphs.ellipsis), words[0].style)
    return [first, Span(more, "dim")] if more else [first]
