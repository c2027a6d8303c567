"""Carries out the screen's own actions."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from textual.content import Content
from textual.screen import Screen

from pexdash.api.requests import AVATAR, PRESENTATION, Request
from pexdash.errors import PexdashError
from pexdash.model.changes import Changes
from pexdash.model.events import voices
from pexdash.model.participant import Participant
from pexdash.model.roster import Roster
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.told import Marked
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.action import Action
from pexdash.session.moderation.log import FILTER_OF_OWN, Log
from pexdash.session.moderation.policy import RECORDED
from pexdash.text import clean
from pexdash.ui.commands.actions import LEAVE, ROOMS
from pexdash.ui.commands.bindings import shown_key, textual_key
from pexdash.ui.commands.following import Following
from pexdash.ui.commands.keybar import KeyBar
from pexdash.ui.commands.replay_actions import PlayerDeeds
from pexdash.ui.commands.wall_behind import WallBehind
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.widgets.chat import ChatPane
from pexdash.ui.widgets.roster_pane import RosterPane

if TYPE_CHECKING:
    from pexdash.ui.commands.room_deeds import RoomDeeds
    from pexdash.ui.dialogs.presentation import PresentationDialog

UNRECORDED = "Nothing is recorded: join with a recording to mark it (`pexdash join -h` says how)"
COLOURLESS = "Without colours (NO_COLOR) every theme looks the same"


class ScreenDeeds:
    """Carries out the screen's own actions (`Deeds`) on the panes of `screen`.

    Each dialog is imported when it first opens. `media_calls` opens our media calls, and
    `acknowledge` takes note of alarms.
    """

    def __init__(
        self,
        screen: Screen[None],
        feed: Feed,
        membership: OurPart | None,
        roster: Roster,
        *,
        people: RosterPane,
        chat: ChatPane,
        key_bar: KeyBar,
        keys: Mapping[str, str],
        actions: Sequence[Action],
        features: TerminalFeatures,
        say: Callable[[Notice], None],
        media_calls: Callable[[], None],
        acknowledge: Callable[[], None],
        behind: WallBehind | None,
    ) -> None:
        self._screen = screen
        self._feed = feed
        self._membership = membership
        self._roster = roster
        self._people = people
        self._chat = chat
        self._key_bar = key_bar
        self._keys = keys
        self._actions = actions
        self._features = features
        self._say = say
        self._media_calls = media_calls
        self._acknowledge = acknowledge
        self._behind = behind
        self._presentation: PresentationDialog | None = None
        self._following = Following(feed.conference)
        self.plays: PlayerDeeds | None = None
        """What moves the time, where that is a recording's."""

    @property
    def player(self) -> PlayerDeeds:
        assert self.plays is not None, "only a replay has these actions"
        return self.plays

    def type_chat(self) -> None:
        """Put the focus on the line of the chat, which goes to all."""
        self.write_to(None)

    def write_to(self, whom: Participant | None) -> None:
        """Put the focus on the line of the chat, which goes to `whom` alone, or to all for None."""
        self._chat.write_to(whom)
        self._screen.set_focus(self._chat.line)

    def open_media_calls(self) -> None:
        """Show our media calls, or the form of a first one."""
        self._media_calls()

    def acknowledge(self) -> None:
        """Take note of the alarms that are told."""
        self._acknowledge()

    def open_palette(self) -> None:
        """Open the command palette."""
        self._screen.app.action_command_palette()

    def mark(self) -> None:
        """Mark the participant under the cursor, or take the mark away."""
        self._roster.toggle_mark()
        self._redraw_marks()

    def mark_all(self) -> None:
        """Mark everyone shown, or nobody where all are marked."""
        self._roster.mark_all()
        self._redraw_marks()

    def _redraw_marks(self) -> None:
        self._people.view.redraw()
        self._key_bar.redraw()

    def clear(self) -> None:
        """Clear the filter, or the marks where there is no filter."""
        # The filter goes first, so that the host can mark under one filter and then another.
        if self._roster.filter:
            self.close_filter(self._roster.clear_filter)
        elif self._roster.marks:
            self._roster.clear_marks()
            self._redraw_marks()

    def sort(self) -> None:
        """Sort the roster by the next column."""
        self._roster.next_order()
        self._people.resorted()

    def reverse_sort(self) -> None:
        """Sort the roster the other way round."""
        self._roster.reverse_order()
        self._people.resorted()

    async def _picture(self, request: Request, participant: str = "") -> bytes:
        if self._membership is None:
            raise PexdashError("no picture")
        return await self._membership.picture(request, participant)

    def open_details(self) -> None:
        """Show everything the node says of the participant under the cursor."""
        from pexdash.ui.dialogs.details import Details, details_text
        from pexdash.ui.widgets.details import talk_facts

        one = self._under_cursor()
        if one is None:
            return

        def latest() -> Content:
            conference = self._feed.conference
            known = conference.participants.get(one.uuid, one)
            talk = talk_facts(self._feed.airtime, one.uuid, self._feed.clock.monotonic())
            if known.is_silenced and one.uuid in voices(conference.speakers):
                talk.append(("Talks while muted", "yes"))
            return details_text(known, conference.sources.get(one.uuid, b""), talk)

        async def avatar() -> bytes:
            return await self._picture(AVATAR, one.path_uuid)

        self._screen.app.push_screen(Details(one.name, latest, avatar, self._features))

    def open_presentation(self) -> None:
        """Show the presentation, or say that there is none."""
        presentation = self._feed.conference.presentation
        if presentation is None:
            self._say(Notice("Nobody presents"))
            return

        def title() -> str:
            now = self._feed.conference.presentation or presentation
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
            clock=self._feed.clock,
        )
        self._screen.app.push_screen(self._presentation)

    def show_presentation(self, changes: Changes) -> None:
        """Show `changes` in the dialog of the presentation where that is open."""
        shown = self._presentation
        if shown is None or shown not in self._screen.app.screen_stack:
            return
        if changes.presentation and self._feed.conference.presentation is None:
            shown.stopped()
        elif changes.frame:
            shown.frame_available()

    def open_copy(self) -> None:
        """Ask what to copy: the conference's address, or a text of the one under the cursor."""
        from pexdash.ui.dialogs.copy import CopyDialog

        dialog = CopyDialog(self._feed.conference.alias, self._under_cursor())
        self._screen.app.push_screen(dialog, self._copy)

    def _copy(self, chosen: str | None) -> None:
        if chosen:
            self._screen.app.copy_to_clipboard(chosen)
            self._say(Notice(f"Sent to the clipboard: {chosen}"))

    def _under_cursor(self) -> Participant | None:
        return self._roster.participant(self._roster.cursor) if self._roster.cursor else None

    def open_settings(self) -> None:
        """Show what is set once a meeting, to change it."""
        from pexdash.ui.dialogs.settings import SettingsDialog

        if self._membership is None:
            self._say(Notice(RECORDED))
            return
        settings, run = self._membership.settings, self._run
        run(settings.ask())
        self._screen.app.push_screen(SettingsDialog(settings, run, self._features.glyphs))

    def _run(self, work: Coroutine[object, object, None]) -> None:
        """Carry out `work` to its end, whatever dialog closes meanwhile."""
        self._screen.run_worker(work, group="moderation", exit_on_error=True)

    def open_rooms(self) -> None:
        """Ask whether we follow where somebody wants us, or show the breakout rooms."""
        referral = self._following.asked if self._membership is not None else None
        if referral is None:
            self._room_deeds.open()
        else:
            self._room_deeds.ask_to_follow(referral, self._following.decline)

    def tell_of_referral(self) -> None:
        """Tell the host, once, of who wants us in another room."""
        if self._membership is not None and (wish := self._following.news()):
            key = shown_key(ROOMS, self._keys)
            self._say(Notice(f"{wish}: {key} answers", Weight.WARNING))

    @cached_property
    def _room_deeds(self) -> RoomDeeds:
        from pexdash.ui.commands.room_deeds import RoomDeeds

        return RoomDeeds(
            self._screen,
            self._feed,
            self._membership,
            self._roster,
            glyphs=self._features.glyphs,
            say=self._say,
        )

    def open_log(self) -> None:
        """Show what happened, our own requests among it."""
        self._show_log("What happened")

    def open_journal(self) -> None:
        """Show each request to the node and its outcome."""
        if self._membership is None:
            self._say(Notice(RECORDED))
            return
        self._show_log("Journal of requests", FILTER_OF_OWN)

    def _show_log(self, title: str, filtered_by: str = "") -> None:
        from pexdash.ui.dialogs.log import LogDialog
        from pexdash.ui.widgets.log_view import LogPage

        member = self._membership
        page = LogPage(Log(self._feed.history, member.moderation.journal if member else None))
        self._screen.app.push_screen(
            LogDialog(title, page, page.completion, filtered_by=filtered_by)
        )

    def read_chat(self) -> None:
        """Show all that was written, which then counts as read."""
        from pexdash.ui.dialogs.log import LogDialog
        from pexdash.ui.widgets.chat_page import ChatPage

        page = ChatPage(self._feed.conference.chat)
        self._screen.app.push_screen(
            LogDialog("Chat", page, page.completion, at_end=self._chat.mark_read)
        )

    def make_mark(self) -> None:
        """Ask for a word, and mark this moment of the recording with it."""
        from pexdash.ui.dialogs.marks import mark_form

        if self._membership is None or self._membership.recording is None:
            self._say(Notice(UNRECORDED if self._membership is not None else RECORDED))
            return
        self._screen.app.push_screen(mark_form(), self._mark_moment)

    def _mark_moment(self, values: Mapping[str, str] | None) -> None:
        if values is not None and (word := clean(values["word"])):
            self._feed.tell(Marked(word))

    def export_report(self) -> None:
        """Write the report of what was recorded until now."""
        from pexdash.ui.commands.exporting import export_meeting

        export_meeting(self._screen, self._membership, self._say)

    def open_themes(self) -> None:
        """Choose a theme, and see it at once."""
        from pexdash.ui.dialogs.themes import ThemeDialog
        from pexdash.ui.framework.themed_app import ThemedApp

        app = self._screen.app
        assert isinstance(app, ThemedApp)
        if app.no_color:
            self._say(Notice(COLOURLESS))
            return
        app.push_screen(ThemeDialog(app))

    def open_help(self) -> None:
        """Show every key."""
        from pexdash.ui.commands.help import help_sections
        from pexdash.ui.dialogs.help import HelpDialog

        actions = self._actions
        if self._membership is None:
            actions = [one for one in actions if not (one.acts or one.sends)]
        self._screen.app.push_screen(HelpDialog(help_sections(self._keys, actions)))

    def go_back_to_wall(self) -> None:
        """Show the wall again from which this conference was opened."""
        if self._behind is None:
            self._say(Notice("There is no wall to go back to"))
        else:
            self._behind.go_back()

    def leave(self, *, asks: bool = False) -> None:
        """Leave, after a question where we are the last Host, or where `asks` wants one.

        A wall asks for all it has open.
        """
        if self._behind is not None:
            self._behind.leave()
            return
        ends = self._feed.link.is_live and self._feed.conference.would_end_without_me()
        if not (ends or asks):
            self._screen.app.exit(0)
            return
        from pexdash.ui.dialogs.confirm import Confirm

        people, _, _ = self._feed.conference.counts()
        question = Confirm(
            "Leave? You are the last Host." if ends else "Leave?",
            [f"The meeting may end for the {people} people in it."] if ends else [],
            yes="Leave",
            no="Stay",
            again=textual_key(self._keys[LEAVE.id]),
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
        """Close the filter line; `clear` is the roster's method that clears its filter."""
        clear()
        self._people.close_filter()
        self._people.view.rearranged()
        self._key_bar.redraw()
        self._screen.set_focus(self._people.view)
