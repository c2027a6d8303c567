"""The conference screen: its panes, and what every key of it does."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input, Static

from pexdash.model.changes import Changes
from pexdash.model.roster import Roster
from pexdash.session.actions import BY_ID
from pexdash.session.frames import FrameGate
from pexdash.session.notices import Notice, Weight
from pexdash.session.session import Session
from pexdash.ui.bindings import bindings_for, shown_key
from pexdash.ui.glyphs import Glyphs
from pexdash.ui.host_actions import HostActions
from pexdash.ui.palette import HostCommands
from pexdash.ui.widgets.chat import ChatPane
from pexdash.ui.widgets.keybar import KeyBar
from pexdash.ui.widgets.layout import LayoutPane
from pexdash.ui.widgets.line_input import LineInput
from pexdash.ui.widgets.roster import RosterPane, RosterView
from pexdash.ui.widgets.stage import StagePane
from pexdash.ui.widgets.status import StatusLine


class ConferenceScreen(Screen[None]):
    """One conference, watched and moderated.

    `revision` counts what was painted: the session's merged changes raise it once a frame, and
    the panes follow it.
    """

    CSS_PATH = "conference.tcss"
    COMMANDS = {HostCommands}
    HORIZONTAL_BREAKPOINTS = [
        (0, "-slim"),
        (40, "-thin"),
        (60, "-narrow"),
        (100, "-wide"),
        (170, "-vast"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-low"), (20, "-tall"), (34, "-high")]
    AUTO_FOCUS = "#roster"

    revision: var[int] = var(0, init=False)

    class Painted(Message):
        """Something changed since the last frame."""

    def __init__(
        self, session: Session, *, glyphs: Glyphs, keys: Mapping[str, str], frame_seconds: float
    ) -> None:
        super().__init__()
        self.session = session
        self._bindings = bindings_for(keys)
        self._changes = Changes()
        self._roster = Roster(session.conference)
        self._gate = FrameGate(frame_seconds, self._ask_to_paint)
        self._status = StatusLine(session, glyphs)
        self._people = RosterPane(session, self._roster, glyphs)
        self._filter = LineInput("name, role:host, is:muted, !word", id="filter-input")
        self._stage = StagePane(session, glyphs)
        self._layout = LayoutPane(session, glyphs)
        self._chat = ChatPane(session)
        self._key_bar = KeyBar(session, self._roster, lambda action: shown_key(action, keys))
        self.host = HostActions(
            self,
            session,
            self._roster,
            people=self._people,
            chat=self._chat,
            filter_line=self._filter,
            key_bar=self._key_bar,
            keys=keys,
        )

    def compose(self) -> ComposeResult:
        yield self._status
        with Container(id="body"):
            with Container(id="left"):
                yield self._people
                yield self._filter
            with Container(id="side"):
                with Container(id="in-view"):
                    yield self._stage
                    yield self._layout
                yield self._chat
        yield self._key_bar
        yield Static(id="too-small")

    def on_mount(self) -> None:
        self.session.changed = self._gate.poke
        self.session.notify = self.host.say
        self.set_interval(1.0, self._tick)
        self._gate.poke()

    def on_unmount(self) -> None:
        self._gate.close()

    def on_resize(self) -> None:
        width, height = self.app.size
        self.query_one("#too-small", Static).update(
            Content(f"{width}x{height} is too small.\n40x10 or more, please.\nq leaves.")
        )
        self._show_all()

    # The node's side: what changed

    def _ask_to_paint(self) -> None:
        self.post_message(self.Painted())

    @on(Painted)
    def _paint(self) -> None:
        self._changes = self.session.take_changes()
        self.revision += 1

    def watch_revision(self) -> None:
        """Hand the merged changes to the panes, once a frame."""
        changes = self._changes
        named = bool(changes.before) or changes.synced
        self._people.view.show(changes)
        if changes.stage or named:
            self._stage.show(stage=changes.stage)
        if changes.layout or named:
            self._layout.redraw()
        if changes.messages:
            self._chat.show()
        self._status.show()
        self._key_bar.redraw()

    def _tick(self) -> None:
        self._status.tick()
        self._people.view.tick()

    def _show_all(self) -> None:
        self._status.show()
        self._key_bar.redraw()

    # The host's side

    def action_act(self, action_id: str) -> None:
        """Carry out the action of a key."""
        self.host.act(action_id)

    # The filter line

    @on(Input.Changed, "#filter-input")
    def _narrow(self, event: Input.Changed) -> None:
        self._roster.set_filter(event.value)
        self._people.view.rearranged()

    @on(Input.Submitted, "#filter-input")
    def _keep_filter(self, event: Input.Submitted) -> None:
        event.stop()
        self._filter.display = False
        self._key_bar.redraw()
        self.set_focus(self._people.view)

    @on(LineInput.GivenUp, "#filter-input")
    def _give_filter_up(self) -> None:
        self.host.close_filter(self._roster.cancel_filter)

    # The chat line

    @on(Input.Submitted, "#chat-input")
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        if refusal := self.session.refusal(BY_ID["chat"]):
            self.host.say(Notice(refusal, Weight.WARNING))
            return
        self._chat.line.value = ""
        self._send_message(event.value)

    @work(group="chat", exit_on_error=True)
    async def _send_message(self, text: str) -> None:
        if not await self.session.send_message(text) and not self._chat.line.value:
            # What could not be sent is not lost: it stands in the line again.
            self._chat.line.value = text

    @on(LineInput.GivenUp, "#chat-input")
    def _leave_chat(self) -> None:
        self.set_focus(self._people.view)

    def on_descendant_focus(self) -> None:
        if self._chat.line.has_focus:
            self._chat.mark_read()

    @on(RosterView.CursorMoved)
    def _cursor_moved(self) -> None:
        self._key_bar.redraw()
