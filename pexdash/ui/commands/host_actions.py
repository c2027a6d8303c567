"""What the keys of the conference screen do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec

from msgspec.structs import replace
from textual.content import Content
from textual.screen import Screen

from pexdash.api.requests import AVATAR, PRESENTATION, Request
from pexdash.errors import PexdashError
from pexdash.model.changes import Changes
from pexdash.model.participant import Participant
from pexdash.model.roster import Roster
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation import policy
from pexdash.session.moderation.actions import BY_ID, Action, Risk, Step, Target
from pexdash.session.moderation.moderation import Plan
from pexdash.ui.commands.bindings import shown_key, textual_key
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.widgets.chat import ChatPane
from pexdash.ui.widgets.keybar import KeyBar
from pexdash.ui.widgets.roster import RosterPane

if TYPE_CHECKING:
    from pexdash.ui.commands.request_dialogs import RequestDialogs
    from pexdash.ui.dialogs.confirm import Confirm, TypedConfirm
    from pexdash.ui.dialogs.presentation import PresentationDialog

_SEVERITIES: dict[Weight, Literal["information", "warning", "error"]] = {
    Weight.INFORMATION: "information",
    Weight.WARNING: "warning",
    Weight.ERROR: "error",
}

Asked = ParamSpec("Asked")


def _if_it_can_be_loaded(
    act: Callable[Concatenate[HostActions, Asked], None],
) -> Callable[Concatenate[HostActions, Asked], None]:
    """An action that says so where no file of its dialog can be opened."""

    @wraps(act)
    def said(self: HostActions, /, *args: Asked.args, **named: Asked.kwargs) -> None:
        try:
            act(self, *args, **named)
        except OSError as fault:
            self.say(
                Notice(f"This cannot be opened now: {fault.strerror or fault}", Weight.WARNING)
            )

    return said


class HostActions:
    """Carries out the actions of the table on the panes of `screen` and through `membership`.

    Whom an action is for is settled here and now, as uuids; what must be asked is asked by a
    dialog that stands before the next key is looked at. Dialogs are loaded when they are first
    asked for, or by `load_dialogs`: no roster waits for what may never be opened.
    """

    def __init__(
        self,
        screen: Screen[None],
        feed: Feed,
        membership: Membership | None,
        roster: Roster,
        *,
        people: RosterPane,
        chat: ChatPane,
        key_bar: KeyBar,
        keys: Mapping[str, str],
        recent: RecentDestinations,
        player: str,
        features: TerminalFeatures,
    ) -> None:
        self._screen = screen
        self._features = features
        self.feed = feed
        self._membership = membership
        self._roster = roster
        self._people = people
        self._chat = chat
        self._key_bar = key_bar
        self._keys = keys
        self._presentation: PresentationDialog | None = None
        self._recent = recent
        self._player = player

    @cached_property
    def dialogs(self) -> RequestDialogs:
        """What asks for more than whom an action is for."""
        from pexdash.ui.commands.request_dialogs import RequestDialogs

        return RequestDialogs(
            self._screen,
            self._acting,
            say=self.say,
            send=lambda action, uuids, step: self.act_on(action, uuids, step),
            recent=self._recent,
            player=self._player,
        )

    def load_dialogs(self) -> None:
        """Load what the keys open: later there may be no descriptor left to read a file with."""
        from pexdash.ui.commands import help, request_dialogs  # noqa: F401
        from pexdash.ui.dialogs import (  # noqa: F401
            confirm,
            copy,
            details,
            journal,
            pin,
            presentation,
            reading,
        )

    def refusal(self, action: Action) -> str:
        """Why `action` cannot be carried out now, or ""."""
        if self._membership is not None:
            return self._membership.refusal(action)
        return "Nothing can be sent from here" if policy.asks_the_node(action) else ""

    @property
    def _acting(self) -> Membership:
        """Our part in the conference; without one `refusal` lets nothing be sent."""
        assert self._membership is not None
        return self._membership

    def say(self, notice: Notice) -> None:
        """Show a notice as a toast."""
        severity = _SEVERITIES[notice.weight]
        self._screen.app.notify(notice.text, severity=severity, markup=False)

    def key_of(self, action: Action) -> str:
        """The key of an action as people read it."""
        return shown_key(action, self._keys)

    @_if_it_can_be_loaded
    def act(self, action_id: str) -> None:
        """Carry out the action of a key."""
        action = BY_ID[action_id]
        if refusal := self.refusal(action):
            self.say(Notice(refusal, Weight.WARNING))
        elif action.target is Target.SCREEN:
            self._screen_action(action_id)
        elif action is BY_ID["dial"]:
            self.dialogs.dial()
        elif action.target is Target.CONFERENCE:
            self.act_on(action, [])
        elif not (targets := self._roster.targets()):
            self.say(Notice("Nobody is under the cursor"))
        elif not action.steps:
            self.open_dialog(action, targets)
        else:
            self.act_on(action, targets)

    @_if_it_can_be_loaded
    def open_dialog(self, action: Action, uuids: list[str]) -> None:
        """Ask for what an action without steps needs, for these participants."""
        opens = {"transfer": self.dialogs.transfer, "dtmf": self.dialogs.dtmf}
        opens[action.id](action, uuids)

    @_if_it_can_be_loaded
    def act_on(self, action: Action, uuids: list[str], step: Step | None = None) -> None:
        """Plan an action for these participants, ask where it must be asked, and send it.

        `step` is the direction of a toggle where the host has chosen it by its title.
        """
        if refusal := self.refusal(action):
            self.say(Notice(refusal, Weight.WARNING))
            return
        plan = self._acting.moderation.plan(action, uuids, step)
        if not plan.orders:
            if plan.remarks:
                others = f", and {len(plan.remarks) - 1} others" if plan.remarks[1:] else ""
                self.say(Notice(plan.remarks[0] + others))
            return
        if not plan.asks:
            self._start(plan, uuids)
            return

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self._start(plan, uuids)

        # Pushed here and now: the very next key must find the dialog.
        self._screen.app.push_screen(self._question(plan), answered)

    def _start(self, plan: Plan, uuids: list[str]) -> None:
        # A mark that outlived its action would widen the next one unseen.
        self._roster.unmark(uuids)
        self._people.view.draw_again(set(uuids))
        self._key_bar.redraw()
        self._screen.run_worker(self._carry_out(plan), group="moderation", exit_on_error=True)

    async def _carry_out(self, plan: Plan) -> None:
        # The answer may have taken a while; who left meanwhile is told by the node.
        if refusal := self.refusal(plan.action):
            self.say(Notice(refusal, Weight.WARNING))
            return
        me = self.feed.conference.me
        others = tuple(order for order in plan.orders if order.uuid != me)
        if plan.action is not BY_ID["disconnect"] or len(others) == len(plan.orders):
            await self._acting.moderation.carry_out(plan)
            return
        # To disconnect oneself is to leave, which needs no request and is no removal.
        await self._acting.moderation.carry_out(replace(plan, orders=others))
        self._screen.app.exit(0)

    def _question(self, plan: Plan) -> Confirm | TypedConfirm:
        from pexdash.ui.dialogs.confirm import Confirm, TypedConfirm

        people, api, waiting = self.feed.conference.counts()
        if plan.action.risk is Risk.TYPED:
            count = f"{people} people, {api} api and {waiting} waiting will be disconnected."
            return TypedConfirm(f"{plan.action.title}?", [count], word=self.feed.conference.alias)
        names = []
        for order in plan.orders:
            one = self.feed.conference.participants[order.uuid]
            address = f"  {one.uri}" if one.uri else ""
            you = " (you)" if order.uuid == self.feed.conference.me else ""
            names.append(f"{one.name}{you}{address}  ({one.short_uuid})")
        title = plan.orders[0].step.title
        question = f"{title} {len(names)} people?" if len(names) > 1 else f"{title}?"
        return Confirm(question, names, yes=title, no="Keep")

    def find(self, uuid: str) -> None:
        """Put the cursor on a participant, taking a filter away that hides them."""
        if self._roster.index_of(uuid) is None and self._roster.filter:
            self._roster.clear_filter()
            self._people.view.rearranged()
        self._people.view.put_cursor(uuid)
        self._screen.set_focus(self._people.view)

    def _screen_action(self, action_id: str) -> None:
        methods: dict[str, Callable[[], object]] = {
            "chat": lambda: self._screen.set_focus(self._chat.line),
            "presentation": self._open_presentation,
            "media-call": lambda: self.dialogs.media_calls(),
            "details": self._open_details,
            "copy": self._open_copy,
            "mark": self._mark,
            "mark-all": self._mark_all,
            "clear": self._clear,
            "filter": self.open_filter,
            "sort": self._sort,
            "journal": self._open_journal,
            "help": self._open_help,
            "palette": self._screen.app.action_command_palette,
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
        self._people.view.redraw()
        self._key_bar.redraw()

    def _clear(self) -> None:
        # The filter first, so that people can be marked under one filter and then another.
        if self._roster.filter:
            self.close_filter(self._roster.clear_filter)
        elif self._roster.marks:
            self._roster.clear_marks()
            self._redraw_marks()

    def _sort(self) -> None:
        self._roster.next_order()
        self._people.heading.redraw_lines([0])
        self._people.view.rearranged()

    async def _picture(self, request: Request, participant: str = "") -> bytes:
        if self._membership is None:
            raise PexdashError("no picture")
        return await self._membership.picture(request, participant)

    def _open_details(self) -> None:
        from pexdash.ui.dialogs.details import Details, details_text

        one = self._under_cursor()
        if one is None:
            return

        def latest() -> Content:
            conference = self.feed.conference
            known = conference.participants.get(one.uuid, one)
            return details_text(known, conference.sources.get(one.uuid, b""))

        async def avatar() -> bytes:
            return await self._picture(AVATAR, one.path_uuid)

        self._screen.app.push_screen(Details(one.name, latest, avatar, self._features))

    def _open_presentation(self) -> None:
        presentation = self.feed.conference.presentation
        if presentation is None:
            self.say(Notice("Nobody presents"))
            return

        def title() -> str:
            now = self.feed.conference.presentation or presentation
            return f"{now.name or now.uri} presents"

        async def fetch() -> bytes:
            return await self._picture(PRESENTATION)

        from pexdash.ui.dialogs.presentation import PresentationDialog

        self._presentation = PresentationDialog(
            title,
            fetch,
            drawing=self._features.drawing,
            glyphs=self._features.glyphs,
            colours=self._features.colours,
            clock=self.feed.clock,
        )
        self._screen.app.push_screen(self._presentation)

    def show_presentation(self, changes: Changes) -> None:
        """Have an open presentation follow what changed."""
        shown = self._presentation
        if shown is None or shown not in self._screen.app.screen_stack:
            return
        if changes.presentation and self.feed.conference.presentation is None:
            shown.stopped()
        elif changes.frame:
            shown.frame_available()

    def _open_copy(self) -> None:
        from pexdash.ui.dialogs.copy import CopyDialog

        one = self._under_cursor()
        if one is not None:
            self._screen.app.push_screen(CopyDialog(one), self._copy)

    def _copy(self, chosen: str | None) -> None:
        if chosen:
            self._screen.app.copy_to_clipboard(chosen)
            self.say(Notice(f"Sent to the clipboard: {chosen}"))

    def _under_cursor(self) -> Participant | None:
        return self._roster.participant(self._roster.cursor) if self._roster.cursor else None

    def _open_journal(self) -> None:
        from pexdash.ui.dialogs.journal import journal_text
        from pexdash.ui.dialogs.reading import Reading

        if self._membership is None:
            self.say(Notice("Nothing is asked of a node from here"))
            return
        journal = self._membership.moderation.journal
        self._screen.app.push_screen(
            Reading("Journal of requests", lambda: journal_text(journal), at_end=True)
        )

    def _open_help(self) -> None:
        from pexdash.ui.commands.help import help_text
        from pexdash.ui.dialogs.reading import Reading

        self._screen.app.push_screen(Reading("Keys", lambda: help_text(self._keys)))

    def _leave(self) -> None:
        if not (self.feed.link.is_live and self.feed.conference.would_end_without_me()):
            self._screen.app.exit(0)
            return
        from pexdash.ui.dialogs.confirm import Confirm

        people, _, _ = self.feed.conference.counts()
        question = Confirm(
            "Leave? You are the last Host.",
            [f"The meeting may end for the {people} people in it."],
            yes="Leave",
            no="Stay",
            again=textual_key(self._keys["leave"]),
        )
        self._screen.app.push_screen(
            question, lambda leaves: self._screen.app.exit(0) if leaves else None
        )

    def open_filter(self) -> None:
        """Show the filter line and type into it."""
        self._roster.begin_filter()
        self._people.open_filter(self._roster.filter)
        self._screen.set_focus(self._people.filter_line)

    def close_filter(self, clear: Callable[[], None]) -> None:
        """Take the filter away, by one of the roster's ways."""
        clear()
        self._people.close_filter()
        self._people.view.rearranged()
        self._key_bar.redraw()
        self._screen.set_focus(self._people.view)
