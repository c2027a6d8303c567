"""The footer: the keys that apply now, the most needed ones first to stay."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.roster import Roster
from pexdash.session.moderation.actions import ACTIONS, Action, Target
from pexdash.session.session import Session
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span


def label_of(action: Action, session: Session, roster: Roster) -> str:
    """What the key would do now: the direction of a toggle for whom it would be for."""
    if not action.steps:
        return action.title.split()[0] if action.id != "chat" else "Chat"
    first, *others = action.steps
    conference = session.conference
    uuids = [""] if action.target is Target.CONFERENCE else roster.targets()
    if others and uuids and all(first.shown(conference, uuid) for uuid in uuids):
        return others[0].title
    return first.title


def applies(action: Action, session: Session, roster: Roster) -> bool:
    """Whether pressing the key now would make sense."""
    if session.refusal(action):
        return False
    conference = session.conference
    if action.id == "start":
        return conference.status.started is False
    if action.id == "clear":
        return bool(roster.marks or roster.filter)
    if action.target is Target.PARTICIPANTS:
        people = (conference.participants.get(uuid) for uuid in roster.targets())
        return any(one is not None and action.suits(one) for one in people)
    return True


class KeyBar(Panel):
    """One line of keys, cut by prominence where it is too short for all."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; }
    """

    def __init__(self, session: Session, roster: Roster, key_of: Callable[[Action], str]) -> None:
        super().__init__(id="keys")
        self._session = session
        self._roster = roster
        self._key_of = key_of

    def lines(self, width: int, height: int) -> list[list[Span]]:
        spans = self._marks()
        room = width - sum(span.width for span in spans)
        wanted = [
            (action, self._key_of(action), label_of(action, self._session, self._roster))
            for action in ACTIONS
            if action.prominence and applies(action, self._session, self._roster)
        ]
        chosen = set()
        for action, key, label in sorted(wanted, key=lambda one: -one[0].prominence):
            cells = len(key) + len(label) + 3
            if cells <= room:
                room -= cells
                chosen.add(action.id)
        for action, key, label in wanted:
            if action.id in chosen:
                spans += [Span(f" {key}", "strong"), Span(f" {label} ", "dim")]
        return [spans]

    def _marks(self) -> list[Span]:
        marked = len(self._roster.marks)
        spans = []
        if marked:
            hidden = self._roster.hidden_marks
            spans.append(
                Span(f" {marked} marked" + (f" ({hidden} hidden)" if hidden else ""), "alert")
            )
        if self._roster.filter:
            spans.append(Span(f" filter {self._roster.filter}", "accent"))
        return spans
