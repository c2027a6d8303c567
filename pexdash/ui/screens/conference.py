"""The conference screen: its panes, and what every key of it does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from pexdash.model.changes import Changes
from pexdash.model.roster import Roster
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.actions import Place
from pexdash.session.session import Session
from pexdash.ui.commands.actions import CHAT, LEAVE, action_at
from pexdash.ui.commands.bindings import bindings_for, shown_key
from pexdash.ui.commands.host_actions import HostActions
from pexdash.ui.commands.palette import HostCommands
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.drawing.edged import Edged
from pexdash.ui.drawing.times import duration
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.framework.frames import FrameGate
from pexdash.ui.framework.timers import unskipped
from pexdash.ui.widgets.chat import ChatPane
from pexdash.ui.widgets.keybar import KeyBar
from pexdash.ui.widgets.layout import LayoutPane
from pexdash.ui.widgets.line_input import LineInput
from pexdash.ui.widgets.roster import RosterPane, RosterView
from pexdash.ui.widgets.stage import StagePane
from pexdash.ui.widgets.status import StatusLine

LEAST_WIDTH = 40
LEAST_HEIGHT = 10
LOAD_SECONDS = 1.0
LIST_SECONDS = 0.2
COVERED_SECONDS = 1.0


class Side(Edged, Container):
    """What stands beside the roster, or below it."""


class ConferenceScreen(Screen[None]):
    """One conference, watched and moderated.

    `revision` counts what was painted: the session's merged changes raise it once a frame, and
    the panes follow it.
    """

    CSS_PATH = "conference.tcss"
    COMMANDS = {HostCommands}
    HORIZONTAL_BREAKPOINTS = [
        (0, "-slim"),
        (LEAST_WIDTH, "-thin"),
        (60, "-narrow"),
        (100, "-wide"),
        (170, "-vast"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST_HEIGHT, "-low"), (20, "-tall"), (34, "-high")]
    AUTO_FOCUS = "#roster"
    BLANK = True

    revision: var[int] = var(0, init=False)

    class Painted(Message):
        """Something changed since the last frame."""

    def __init__(
        self,
        session: Session,
        *,
        features: TerminalFeatures,
        keys: Mapping[str, str],
        frame_seconds: float,
        recent: RecentDestinations,
        player: str,
    ) -> None:
        super().__init__()
        glyphs = features.glyphs
        self.session = session
        self._bindings = bindings_for(keys)
        self._changes = Changes()
        self._was_shown = False
        self._list_due: float | None = None
        self._holds_back = False
        self._shows_list = False
        self._painted_size = Size(0, 0)
        self._too_small = False
        self._kept_focus: Widget | None = None
        self._roster = Roster(session.conference)
        self._gate = FrameGate(frame_seconds, self._ask_to_paint)
        self._covered_gate = FrameGate(COVERED_SECONDS, self._refresh_covered)
        self._status = StatusLine(session, glyphs)
        self._people = RosterPane(session, self._roster, glyphs)
        self._stage = StagePane(session, glyphs)
        self._layout = LayoutPane(session, glyphs)
        self._chat = ChatPane(session)
        self._instead = Static(id="instead")
        self._key_bar = KeyBar(session, self._roster, lambda action: shown_key(action, keys))
        self.host = HostActions(
            self,
            session,
            self._roster,
            people=self._people,
            chat=self._chat,
            key_bar=self._key_bar,
            keys=keys,
            recent=recent,
            player=player,
            features=features,
        )

    def suit(self, size: Size) -> None:
        """Take the classes of a screen of `size` before the first layout, which is then the last.

        Textual sets them only after it, and then styles and draws everything once more.
        """
        pairs = (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        )
        for cells, breakpoints in pairs:
            self.add_class(max(one for one in breakpoints if one[0] <= cells)[1])

    def compose(self) -> ComposeResult:
        yield self._status
        with Container(id="body"):
            yield self._people
            with Side(id="side"):
                with Container(id="in-view"):
                    yield self._stage
                    yield self._layout
                yield self._chat
        yield self._key_bar
        yield self._instead

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # Every widget was styled as it was mounted, and once is what that costs.
        event.refresh_styles = self._was_shown
        if not self._was_shown and not self._list_in():
            # What is known by now is in what is painted next.
            self._paint()
        self._was_shown = True

    def on_mount(self) -> None:
        self.session.changed = self._ask_for_frame
        self.session.notify = self.host.say
        self.set_interval(1.0, self._tick)
        unskipped(self.set_timer(LOAD_SECONDS, self._load_dialogs))
        self._ask_for_frame()

    def _load_dialogs(self) -> None:
        try:
            self.host.load_dialogs()
        except OSError:
            # There may be a descriptor to read a file with later.
            unskipped(self.set_timer(LOAD_SECONDS, self._load_dialogs))

    def on_unmount(self) -> None:
        self._gate.close()
        self._covered_gate.close()

    def on_resize(self) -> None:
        width, height = self.app.size
        too_small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if too_small and not self._too_small:
            # Nothing is typed into what cannot be seen; it goes on where it was afterwards.
            self._kept_focus = self.focused
            self.set_focus(None)
        elif self._too_small and not too_small:
            self.set_focus(self._kept_focus or self._people.view)
        self._too_small = too_small
        if too_small:
            self._show_instead(f"{width}x{height} is too small.\n40x10 or more, please.\nq leaves.")
        elif self.has_class("-waiting"):
            self._show_waiting_room()

    # The node's side: what changed

    def _ask_for_frame(self) -> None:
        # A paint would hold up the list, which comes at once or not at all.
        if not self.session.is_listing:
            self._list_due = None
        elif self._list_due is None:
            self._list_due = asyncio.get_running_loop().time() + LIST_SECONDS
        self._gate.poke(self._list_in())

    def _list_in(self) -> float:
        """For how many seconds at most a list is still to be waited for."""
        if self._list_due is None:
            return 0.0
        return max(0.0, self._list_due - asyncio.get_running_loop().time())

    def _is_held(self) -> bool:
        """Whether what the framework would paint is little of what the first list will show."""
        if self._shows_list:
            return False
        # What has come is painted next.
        return self.session.conference.synced_at is not None or self._list_in() > 0

    def _on_timer_update(self) -> None:
        if not self._is_held():
            super()._on_timer_update()

    def _compositor_refresh(self) -> None:
        self._holds_back = self._is_held()
        if self._holds_back:
            return
        if self.is_active or self.size != self._painted_size:
            self._painted_size = self.size
            super()._compositor_refresh()
        else:
            # Behind a dialog the framework draws all of the screen for a cell that changed.
            self._dirty_widgets.clear()
            self._covered_gate.poke()

    def _refresh_covered(self) -> None:
        # A refresh forgets which widgets are still to be drawn, and once uncovered all are.
        if self.is_current and not self.is_active:
            self._compositor.update_widgets(self._dirty_widgets)
            super()._compositor_refresh()

    def _ask_to_paint(self) -> None:
        self.post_message(self.Painted())

    @on(Painted)
    def _paint(self) -> None:
        self._changes = self.session.take_changes()
        self.revision += 1

    def watch_revision(self) -> None:
        """Hand the merged changes to the panes, once a frame."""
        changes = self._changes
        self._shows_list |= self.session.conference.synced_at is not None
        named = bool(changes.before) or changes.synced
        self._people.view.show(changes)
        if named or changes.conference or changes.own or changes.presentation:
            self._show_waiting_room()
            self._status.redraw()
            self._key_bar.redraw()
        if changes.stage or named:
            self._stage.show(stage=changes.stage)
        if changes.layout or named:
            self._layout.redraw()
        if changes.messages:
            self._chat.show()
        if changes.frame or changes.presentation:
            self.host.deeds.show_presentation(changes)
        if self._holds_back:
            self._compositor_refresh()
        elif isinstance(self.app, ChangedCellsApp):
            # What the framework has still to paint may take as long again.
            self.app.send_put()

    def _show_waiting_room(self) -> None:
        """While we wait ourselves there is nothing to see but that we do."""
        conference = self.session.conference
        me = conference.participants.get(conference.me)
        waits = me is not None and me.is_waiting
        self.set_class(waits, "-waiting")
        if waits and not self._too_small:
            since = conference.first_seen.get(conference.me, self.session.clock.wall())
            waited = duration(self.session.clock.wall() - since)
            self._show_instead(
                f"Waiting to be let in to {conference.alias}\n\n"
                "A Host has to let you in, or the conference to start.\n"
                f"{waited}\n\nq leaves"
            )

    def _show_instead(self, text: str) -> None:
        """Say why there is nothing to see."""
        self._instead.update(Content(text))

    def _tick(self) -> None:
        if self.has_class("-waiting"):
            self._show_waiting_room()
        self._status.redraw()
        self._people.view.tick()

    # The host's side

    def action_act(self, action_id: str) -> None:
        """Carry out the action of a key; nothing but leaving is done unseen."""
        action = action_at(Place.CONFERENCE, action_id)
        if not self._too_small or action is LEAVE:
            self.host.act(action)

    # The filter line

    @on(Input.Changed, "#filter-input")
    def _narrow(self, event: Input.Changed) -> None:
        self._roster.set_filter(event.value)
        self._people.view.rearranged()

    @on(Input.Submitted, "#filter-input")
    def _keep_filter(self, event: Input.Submitted) -> None:
        event.stop()
        self._people.filter_line.display = False
        self._key_bar.redraw()
        self.set_focus(self._people.view)

    @on(LineInput.GivenUp, "#filter-input")
    def _give_filter_up(self) -> None:
        self.host.deeds.close_filter(self._roster.cancel_filter)

    # The chat line

    @on(Input.Submitted, "#chat-input")
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        if refusal := self.session.refusal(CHAT):
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
