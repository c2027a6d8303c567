"""The conference screen: its panes, and what every key of it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input, Static

from pexdash.model.changes import Changes
from pexdash.model.participant import Participant
from pexdash.model.roster import Roster
from pexdash.session.actions import BY_ID, Action, Risk, Target
from pexdash.session.frames import FrameGate
from pexdash.session.moderation import Plan
from pexdash.session.notices import Notice, Weight
from pexdash.session.session import Session
from pexdash.ui.bindings import bindings_for, shown_key, textual_key
from pexdash.ui.dialogs.confirm import Confirm, TypedConfirm
from pexdash.ui.dialogs.copy import CopyDialog
from pexdash.ui.dialogs.reading import Reading, details_text, help_text, journal_text
from pexdash.ui.glyphs import Glyphs
from pexdash.ui.palette import HostCommands
from pexdash.ui.widgets.chat import ChatPane
from pexdash.ui.widgets.keybar import KeyBar
from pexdash.ui.widgets.layout import LayoutPane
from pexdash.ui.widgets.line_input import LineInput
from pexdash.ui.widgets.roster import RosterPane, RosterView
from pexdash.ui.widgets.stage import StagePane
from pexdash.ui.widgets.status import StatusLine

_SEVERITIES = {
    Weight.INFORMATION: "information",
    Weight.WARNING: "warning",
    Weight.ERROR: "error",
}


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
        self._keys = keys
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
        self._key_bar = KeyBar(session, self._roster, self.key_of)

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
        self.session.notify = self.say
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

    def say(self, notice: Notice) -> None:
        """Show a notice as a toast."""
        self.app.notify(notice.text, severity=_SEVERITIES[notice.weight], markup=False)  # type: ignore[arg-type]

    # The host's side: what a key does

    def key_of(self, action: Action) -> str:
        """The key of an action as people read it."""
        return shown_key(action, self._keys)

    def action_act(self, action_id: str) -> None:
        """Carry out the action of a key."""
        action = BY_ID[action_id]
        if refusal := self.session.refusal(action):
            self.say(Notice(refusal, Weight.WARNING))
        elif action.target is Target.SCREEN:
            self._screen_action(action_id)
        elif action.target is Target.CONFERENCE:
            self.act_on(action, [])
        elif not (targets := self._roster.targets()):
            self.say(Notice("Nobody is under the cursor"))
        else:
            self.act_on(action, targets)

    def act_on(self, action: Action, uuids: list[str]) -> None:
        """Plan an action for these participants, ask where it must be asked, and send it."""
        if refusal := self.session.refusal(action):
            self.say(Notice(refusal, Weight.WARNING))
            return
        plan = self.session.moderation.plan(action, uuids)
        for remark in plan.remarks:
            self.say(Notice(remark))
        if not plan.orders:
            return
        if action.target is Target.PARTICIPANTS:
            self._roster.clear_marks()
            self._people.view.draw_again(set(uuids))
        if not plan.asks:
            self._carry_out(plan)
            return

        # Pushed here and now: the very next key must find the dialog.
        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self._carry_out(plan)

        self.app.push_screen(self._question(plan), answered)

    @work(group="moderation", exit_on_error=True)
    async def _carry_out(self, plan: Plan) -> None:
        # The answer may have taken a while; who left meanwhile is told by the node.
        if refusal := self.session.refusal(plan.action):
            self.say(Notice(refusal, Weight.WARNING))
            return
        await self.session.moderation.carry_out(plan)

    def _question(self, plan: Plan) -> Confirm | TypedConfirm:
        people, api, waiting = self.session.conference.counts()
        if plan.action.risk is Risk.TYPED:
            count = f"{people} people, {api} api and {waiting} waiting will be disconnected."
            return TypedConfirm(
                f"{plan.action.title}?", [count], word=self.session.conference.alias
            )
        names = []
        for order in plan.orders:
            one = self.session.conference.participants[order.uuid]
            address = f"  {one.uri}" if one.uri else ""
            names.append(f"{one.name}{address}  ({one.short_uuid})")
        title = plan.orders[0].step.title
        question = f"{title} {len(names)} people?" if len(names) > 1 else f"{title}?"
        return Confirm(question, names, yes=title, no="Keep")

    def find(self, uuid: str) -> None:
        """Put the cursor on a participant, taking a filter away that hides them."""
        if self._roster.index_of(uuid) is None and self._roster.filter:
            self._roster.clear_filter()
            self._people.view.rearranged()
        self._people.view.put_cursor(uuid)
        self.set_focus(self._people.view)

    def _screen_action(self, action_id: str) -> None:
        methods: dict[str, Callable[[], object]] = {
            "chat": lambda: self.set_focus(self._chat.line),
            "details": self._open_details,
            "copy": self._open_copy,
            "mark": self._mark,
            "mark-all": self._mark_all,
            "clear": self._clear,
            "filter": self._open_filter,
            "sort": self._sort,
            "journal": self._open_journal,
            "help": self._open_help,
            "palette": self.app.action_command_palette,
            "leave": self._leave,
        }
        methods[action_id]()

    def _mark(self) -> None:
        self._roster.toggle_mark()
        self._redraw_marks()

    def _mark_all(self) -> None:
        self._roster.mark_all()
        self._redraw_marks()

    def _redraw_marks(self) -> None:
        self._people.view.refresh()
        self._key_bar.redraw()

    def _clear(self) -> None:
        # The filter first, so that people can be marked under one filter and then another.
        if self._roster.filter:
            self._close_filter(self._roster.clear_filter)
        elif self._roster.marks:
            self._roster.clear_marks()
            self._redraw_marks()

    def _sort(self) -> None:
        self._roster.next_order()
        self._people.heading.refresh()
        self._people.view.rearranged()

    def _open_details(self) -> None:
        one = self._under_cursor()
        if one is None:
            return

        def latest() -> Content:
            return details_text(self.session.conference.participants.get(one.uuid, one))

        self.app.push_screen(Reading(one.name, latest))

    def _open_copy(self) -> None:
        one = self._under_cursor()
        if one is not None:
            self.app.push_screen(CopyDialog(one), self._copy)

    def _copy(self, chosen: str | None) -> None:
        if chosen:
            self.app.copy_to_clipboard(chosen)
            self.say(Notice(f"Sent to the clipboard: {chosen}"))

    def _under_cursor(self) -> Participant | None:
        return self._roster.participant(self._roster.cursor) if self._roster.cursor else None

    def _open_journal(self) -> None:
        journal = self.session.moderation.journal
        self.app.push_screen(
            Reading("Journal of requests", lambda: journal_text(journal), at_end=True)
        )

    def _open_help(self) -> None:
        self.app.push_screen(Reading("Keys", lambda: help_text(self._keys)))

    def _leave(self) -> None:
        if not (self.session.link.is_live and self.session.conference.would_end_without_me()):
            self.app.exit(0)
            return
        people, _, _ = self.session.conference.counts()
        question = Confirm(
            "Leave? You are the last Host.",
            [f"The meeting may end for the {people} people in it."],
            yes="Leave",
            no="Stay",
            again=textual_key(self._keys["leave"]),
        )
        self.app.push_screen(question, lambda leaves: self.app.exit(0) if leaves else None)

    # The filter line

    def _open_filter(self) -> None:
        self._roster.begin_filter()
        self._filter.value = self._roster.filter
        self._filter.display = True
        self.set_focus(self._filter)

    def _close_filter(self, clear: Callable[[], None]) -> None:
        clear()
        self._filter.display = False
        with self._filter.prevent(Input.Changed):
            self._filter.value = ""
        self._people.view.rearranged()
        self._key_bar.redraw()
        self.set_focus(self._people.view)

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
        self._close_filter(self._roster.cancel_filter)

    # The chat line

    @on(Input.Submitted, "#chat-input")
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        if refusal := self.session.refusal(BY_ID["chat"]):
            self.say(Notice(refusal, Weight.WARNING))
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
