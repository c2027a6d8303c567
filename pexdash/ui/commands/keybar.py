"""The footer: the keys that apply now, or as many of the most needed ones as fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from typing import NamedTuple

from pexdash.model.changes import Changes
from pexdash.model.roster import Roster
from pexdash.session.moderation.action import Action, Place, Target
from pexdash.session.moderation.plans import Planner
from pexdash.ui.commands.actions import ScreenAction, actions_at
from pexdash.ui.commands.bindings import PALETTE_ALONE, shown_key
from pexdash.ui.commands.notice_bar import NoticeBar
from pexdash.ui.commands.replay_actions import ReplayAction
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
    if isinstance(action, ReplayAction):
        return True
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


class TypingKey(NamedTuple):
    """A key of a line to type in: as it is written, its word, and the framework's name of the key.

    Without that name a click on it does nothing.
    """

    shown: str
    word: str
    key: str = ""


IN_CHAT = (TypingKey("enter", "Send"), TypingKey("esc", "Back", "escape"))
IN_FILTER = (
    TypingKey("enter", "Keep", "enter"),
    TypingKey("tab", "Complete", "tab"),
    TypingKey("esc", "Clear", "escape"),
)


class OfferedKey(NamedTuple):
    """A key for which there may be room: how prominent it is, for what, as it is written, its word.

    `id` is what a click on it is for.
    """

    prominence: int
    id: str
    shown: str
    word: str


def keys_that_fit(wanted: Sequence[OfferedKey], room: int) -> list[OfferedKey]:
    """Those that fit into so many cells, the most prominent ones first, in the given order."""
    chosen = set()
    for at, one in sorted(enumerate(wanted), key=lambda one: -one[1].prominence):
        cells = len(one.shown) + len(one.word) + 3
        if cells <= room:
            room -= cells
            chosen.add(at)
    return [one for at, one in enumerate(wanted) if at in chosen]


def written_keys(
    marks: list[Span], keys: Sequence[tuple[str, str, str]]
) -> tuple[list[Span], list[str]]:
    """`marks` and keys (what it is for, as it is written, its word), and what each cell is for."""
    spans, ids = [*marks], [""] * sum(span.width for span in marks)
    for id, key, word in keys:
        pair = [Span(f" {key}", "accent strong"), Span(f" {word} ")]
        spans += pair
        ids += ["", *[id] * (sum(span.width for span in pair) - 2), ""]
    return spans, ids


class KeyBar(NoticeBar):
    """The line of keys of a conference.

    What `told_elsewhere` returns stands in a heading of the roster. While one types, what a click
    is for is the framework's name of the key.
    """

    def __init__(
        self,
        planner: Planner,
        roster: Roster,
        key_of: Callable[[Action], str],
        told_elsewhere: Callable[[], Container[Action]],
        actions: Sequence[Action],
    ) -> None:
        super().__init__(id="keys")
        self._told_elsewhere = told_elsewhere
        self._planner = planner
        self._actions = actions
        self._of_all = [one for one in actions if one.of_all is not None and one.prominence]
        self._roster = roster
        self._key_of = key_of
        self._typing: Sequence[TypingKey] = ()
        self._hung_on: object = None

    @property
    def is_typing(self) -> bool:
        """Whether the keys are those of a line that has the focus."""
        return bool(self._typing)

    def look(self, changes: Changes, me: str) -> None:
        """Draw what the keys do after `changes`; those of people on whom no key hangs change none.

        `me` is our uuid. Of the others, keys hang on those they act on, and on a spotlight.
        """
        is_theirs = not (
            changes.own
            or changes.synced
            or changes.conference
            or changes.presentation
            or changes.spotlit
            or me in changes.before
            or any(uuid in changes.before for uuid in self._roster.targets())
        )
        if not is_theirs or self._hangs_on() != self._hung_on:
            self.redraw()

    def _hangs_on(self) -> object:
        """What else may differ of the keys: whom they act on, and what is told elsewhere."""
        elsewhere = self._told_elsewhere()
        counts = [
            len(self._planner.everybody(action))
            for action in self._of_all
            if action not in elsewhere
        ]
        return self._roster.targets(), elsewhere, counts

    def show_typing(self, keys: Sequence[TypingKey]) -> None:
        """Show what `keys` do in the line that has the focus; () is for the roster again."""
        self._typing = keys
        self.redraw()

    def keys(self, room: int) -> tuple[list[Span], list[str]]:
        if self._typing:
            shown = [(one.key, one.shown, one.word) for one in self._typing]
            return written_keys([], shown)
        marks = self._marks()
        room -= sum(span.width for span in marks)
        uuids = self._roster.targets()
        elsewhere = self._told_elsewhere()
        self._hung_on = self._hangs_on()
        wanted = [
            OfferedKey(
                action.prominence, action.id, self._key_of(action), self._label(action, uuids)
            )
            for action in self._actions
            if action.prominence
            and action not in elsewhere
            and self._key_of(action) != PALETTE_ALONE
            and applies(action, self._planner, self._roster, uuids)
        ]
        return written_keys(marks, [one[1:] for one in keys_that_fit(wanted, room)])

    def _label(self, action: Action, uuids: Collection[str]) -> str:
        label = label_of(action, self._planner, uuids)
        of_marked = action.target is Target.PARTICIPANTS and action.of_all is None
        return f"{label} {len(uuids)}" if of_marked and self._roster.marks else label

    def _marks(self) -> list[Span]:
        if not self._roster.marks:
            return []
        hidden = self._roster.hidden_marks
        unseen = f", {hidden} out of sight" if hidden else ""
        return [Span(f" {len(self._roster.marks)} marked{unseen} ", "strong")]
