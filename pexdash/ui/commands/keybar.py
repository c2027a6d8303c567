"""The footer: the keys that apply now, or as many of the most needed ones as fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence

from pexdash.model.roster import Roster
from pexdash.session.moderation.action import Action, Place, Target
from pexdash.session.moderation.plans import Planner
from pexdash.ui.commands.actions import ScreenAction, actions_at
from pexdash.ui.commands.bindings import shown_key
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span


def label_of(action: Action, planner: Planner, uuids: Collection[str]) -> str:
    """What the key would do now; for a toggle, its direction for these participants.

    An action for everybody of a kind says how many they are.
    """
    if action.of_all is not None:
        return f"{action.title.split()[0]} all {len(planner.everybody(action))}"
    if not action.steps:
        return action.label or action.title.split()[0]
    targets = [""] if action.target is Target.CONFERENCE else uuids
    return planner.direction(action, targets).title


def applies(action: Action, planner: Planner, roster: Roster, uuids: Collection[str]) -> bool:
    """Whether pressing the key now would make sense."""
    if planner.policy.refusal(action, uuids):
        return False
    if isinstance(action, ScreenAction):
        return action.applies(roster)
    return planner.applies(action, uuids)


def keys_about(
    uuid: str, planner: Planner, roster: Roster, keys: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The keys that would do something with this participant now, each with its word."""
    return [
        (shown_key(action, keys), label_of(action, planner, [uuid]))
        for action in actions_at(Place.CONFERENCE)
        if action.target is Target.PARTICIPANTS
        and action.of_all is None
        and keys[action.id]
        and applies(action, planner, roster, [uuid])
    ]


def _pairs(keys: Sequence[tuple[str, str]]) -> list[Span]:
    return [
        span for key, word in keys for span in (Span(f" {key}", "accent strong"), Span(f" {word} "))
    ]


def keys_that_fit(wanted: Sequence[tuple[int, str, str]], room: int) -> list[Span]:
    """The keys, each with its word, that fit into so many cells; the most prominent ones first.

    Each is given by how prominent it is, its key and its word, and they stand in the given order.
    """
    chosen = set()
    for at, (_, key, word) in sorted(enumerate(wanted), key=lambda one: -one[1][0]):
        cells = len(key) + len(word) + 3
        if cells <= room:
            room -= cells
            chosen.add(at)
    return _pairs([(key, word) for at, (_, key, word) in enumerate(wanted) if at in chosen])


class KeyBar(Panel):
    """One line of keys; where not all fit, the least prominent ones are left out.

    What `told_elsewhere` returns stands in a heading of the roster.
    """

    DEFAULT_CSS = """
    KeyBar { height: 1; }
    """

    def __init__(
        self,
        planner: Planner,
        roster: Roster,
        key_of: Callable[[Action], str],
        told_elsewhere: Callable[[], Container[Action]],
    ) -> None:
        super().__init__(id="keys")
        self._told_elsewhere = told_elsewhere
        self._planner = planner
        self._roster = roster
        self._key_of = key_of
        self._typing: Sequence[tuple[str, str]] = ()

    def show_typing(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show what `keys` do in the line that has the focus; () is for the roster again."""
        self._typing = keys
        self.redraw()

    def lines(self, width: int, height: int) -> list[list[Span]]:
        if self._typing:
            return [_pairs(self._typing)]
        spans = self._marks()
        room = width - sum(span.width for span in spans)
        uuids = self._roster.targets()
        elsewhere = self._told_elsewhere()
        wanted = [
            (action.prominence, self._key_of(action), self._label(action, uuids))
            for action in actions_at(Place.CONFERENCE)
            if action.prominence
            and action not in elsewhere
            and applies(action, self._planner, self._roster, uuids)
        ]
        spans += keys_that_fit(wanted, room)
        return [spans]

    def _label(self, action: Action, uuids: Collection[str]) -> str:
        label = label_of(action, self._planner, uuids)
        of_marked = action.target is Target.PARTICIPANTS and action.of_all is None
        return f"{label} {len(uuids)}" if of_marked and self._roster.marks else label

    def _marks(self) -> list[Span]:
        marked = len(self._roster.marks)
        spans = []
        if marked:
            hidden = self._roster.hidden_marks
            spans.append(
                Span(
                    f" {marked} marked" + (f", {hidden} out of sight" if hidden else ""),
                    "accent strong",
                )
            )
        return spans
