"""Carries out what the keys of a replay do to its time."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from pexdash.errors import UsageFault
from pexdash.model.moment import FORMS, position_of
from pexdash.session.feed.keyframes import Track
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.playback import Playback

_AT_MARKER_SECONDS = 2.0
"""Within how long after a marker the key goes back to the one before it."""


class Player:
    """What moves the time of a recording that `screen` shows; `moved` is called after each.

    The markers are the notes of `track`.
    """

    def __init__(
        self,
        screen: Screen[None],
        playback: Playback,
        track: Track,
        *,
        say: Callable[[Notice], None],
        moved: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._source = playback.source
        self._clock = playback.clock
        self._keyframes = playback.keyframes
        self._track = track
        self._say = say
        self._moved = moved

    def pause(self) -> None:
        """Let the time stand still, or go on; at the end, begin anew."""
        self._source.pause()
        self._moved()

    def skip(self, seconds: float) -> None:
        """Go on or back by so many seconds, from where one is or is on the way to."""
        goal = self._source.goal
        self._go((self._clock.position if goal is None else goal) + seconds)

    def to_marker(self, by: int) -> None:
        """Go to the next marker, or for -1 to the one before."""
        now, notes = self._clock.position, self._track.notes
        after = [note for note in notes if note.at > now + 0.001]
        before = [note for note in notes if note.at < now - _AT_MARKER_SECONDS]
        sought = after[:1] if by > 0 else before[-1:]
        if not sought:
            read = "" if self._keyframes.is_whole else " in what was read so far"
            self._say(Notice(f"No marker {'after' if by > 0 else 'before'} this{read}"))
            return
        self._go(sought[0].at)

    def change_speed(self, factor: float) -> None:
        """Play so many times as fast as now."""
        self._source.run_at(self._clock.speed * factor)
        self._moved()

    def ask_where_to(self) -> None:
        """Ask for a time, and go there."""
        from pexdash.ui.dialogs.form import FormDialog, FormField, Values

        started = self._clock.wall() - self._clock.position

        def wrong(values: Values) -> str:
            try:
                position = position_of(values["time"], started)
            except UsageFault as fault:
                return str(fault)
            if self._keyframes.is_whole and position > self._keyframes.seconds:
                return "The recording ends before that."
            return ""

        def go(values: Values | None) -> None:
            if values is not None:
                self._go(position_of(values["time"], started))

        form = FormDialog(
            "Go to a time",
            [FormField("time", "Time", placeholder="10:42")],
            details=[FORMS],
            verb="goes there",
            check=wrong,
        )
        self._screen.app.push_screen(form, go)

    def _go(self, position: float) -> None:
        self._source.go_to(position)
        self._moved()
