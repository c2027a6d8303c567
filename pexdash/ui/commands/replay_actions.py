"""The rows of the action table for a recording: what its keys do to the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pexdash.session.moderation.action import Action, Place, Target


class PlayerDeeds(Protocol):
    """What the keys of a replay do to its time."""

    def pause(self) -> None: ...

    def skip(self, seconds: float) -> None: ...

    def to_marker(self, by: int) -> None: ...

    def change_speed(self, factor: float) -> None: ...

    def ask_where_to(self) -> None: ...


class ReplayAction(Action, frozen=True, kw_only=True):
    """An action of a replay: `plays` carries it out."""

    plays: Callable[[PlayerDeeds], None]


def _action(
    id: str,
    key: str,
    title: str,
    label: str,
    prominence: int,
    plays: Callable[[PlayerDeeds], None],
) -> ReplayAction:
    return ReplayAction(
        *(id, key, title, Target.SCREEN),
        place=Place.REPLAY,
        label=label,
        prominence=prominence,
        plays=plays,
    )


PAUSE = _action("play-pause", "space", "Pause, or go on", "Pause", 95, lambda it: it.pause())
BACK = _action("skip-back", "<", "Back by 10 seconds", "Back 10 s", 90, lambda it: it.skip(-10.0))
FORWARD = _action("skip-on", ">", "On by 10 seconds", "On 10 s", 89, lambda it: it.skip(10.0))
REPLAY_ACTIONS: tuple[ReplayAction, ...] = (
    PAUSE,
    BACK,
    FORWARD,
    _action(
        *("previous-marker", "[", "Back to the marker before", "Marker", 80),
        lambda it: it.to_marker(-1),
    ),
    _action("next-marker", "]", "On to the next marker", "Next", 81, lambda it: it.to_marker(1)),
    _action("play-slower", "-", "Half as fast", "Slower", 70, lambda it: it.change_speed(0.5)),
    _action("play-faster", "+", "Twice as fast", "Faster", 71, lambda it: it.change_speed(2.0)),
    _action("go-to-time", "g", "Go to a time", "Go to", 85, lambda it: it.ask_where_to()),
)
"""The actions of a replay, beside those of the conference screen."""
