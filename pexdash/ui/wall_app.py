"""The app of a wall: many conferences on one screen, and any of them opened over it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.sorting import Order
from pexdash.session.estate.estate import Estate, Slot
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.action import Action, Place
from pexdash.text import clean
from pexdash.ui.calling import Calling
from pexdash.ui.commands.loading import load_soon
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.commands.wall_acknowledging import Acknowledging
from pexdash.ui.commands.wall_behind import WallBehind
from pexdash.ui.features import DEFAULT_FEATURES, TerminalFeatures
from pexdash.ui.leaving_app import UNSURE_OF_KEYS, LeavingApp

if TYPE_CHECKING:
    from pexdash.session.estate.wall_rules import WallRules
    from pexdash.ui.screens.conference import ConferenceScreen
    from pexdash.ui.screens.wall import WallScreen

FRAME_SECONDS = 0.2
"""How far apart the frames of a wall are at least: a thousand conferences change all the time."""


class _Opened(Struct):
    """The conference that lies over the wall, and what it was opened with."""

    slot: Slot
    feed: Feed
    screen: ConferenceScreen


class WallApp(LeavingApp):
    """Shows an estate, which runs as a worker; the caller of `run_async` closes it.

    `keys` has the keys of each place. `frame_seconds` are those of an opened conference. `rules`
    are those at work in every conference, None where there are none.
    """

    def __init__(
        self,
        estate: Estate,
        *,
        keys: Mapping[Place, Mapping[str, str]],
        features: TerminalFeatures = DEFAULT_FEATURES,
        frame_seconds: float = 1 / 30,
        recent: RecentDestinations | None = None,
        player: str = "",
        theme: str = "",
        rules: WallRules | None = None,
    ) -> None:
        super().__init__(features, theme=theme)
        self.estate = estate
        self._rules = rules
        self._keys = keys
        self._features = features
        self._frame_seconds = frame_seconds
        self._recent = recent or RecentDestinations()
        self._order = Order()
        self._player = player
        self.wall: WallScreen | None = None
        self._opened: _Opened | None = None

    def compose(self) -> ComposeResult:
        yield Static(Content(f"Opening {clean(self.estate.title)} …"), id="joining")

    async def on_ready(self) -> None:
        """Follow the conferences, and show them from now on."""
        self.wall = wall = self._wall_screen()
        wall.suit(self.size)
        for path in wall.css_path:
            # Read beforehand, because the framework would parse a screen's style sheet twice.
            self.stylesheet.read(path)
        await self.push_screen(wall)
        self._follow()
        self.set_interval(1.0, self._look_at_opened)
        load_soon(self, load_dialogs)

    def _wall_screen(self) -> WallScreen:
        from pexdash.ui.screens.wall import WallScreen

        return WallScreen(
            self.estate,
            features=self._features,
            keys=self._keys[Place.WALL],
            frame_seconds=self._wall_frame_seconds,
            show_conference=self.show_conference,
            leave=self.ask_to_leave,
            rules=self._rules,
        )

    @property
    def _wall_frame_seconds(self) -> float:
        return max(FRAME_SECONDS if self._frame_seconds else 0.0, self._frame_seconds)

    @work(name="estate", exit_on_error=True)
    async def _follow(self) -> None:
        await self.estate.run()

    # A conference over the wall

    def show_conference(self, slot: Slot, alarm: Alarm | None, opens: Action | None) -> None:
        """Open a conference with its own feed and our part in it, on whom `alarm` is about.

        `opens` is an action whose form is to open there.
        """
        wall = self.wall
        if wall is None or self.screen is not wall:
            return
        membership = slot.membership
        if membership is not None and not self.reads_whole_keys:
            membership.only_watch(UNSURE_OF_KEYS)
        self.estate.open(slot.key)
        # The details dialog shows the JSON that the node sends for a participant.
        slot.feed.conference.keeps_sources = True
        acknowledging = Acknowledging(wall.board, slot)
        behind = WallBehind(
            alarm.last.person if alarm is not None else "",
            partial(self._told, alarm),
            self.go_back,
            self.ask_to_leave,
            partial(self._leave_conference, slot),
            acknowledging.take_note,
            acknowledging.are_due,
            opens,
            alarm.key.subject if alarm is not None else "",
        )
        screen = self._conference_screen(slot, behind)
        screen.suit(self.size)
        self._opened = _Opened(slot, slot.feed, screen)
        self.push_screen(screen)

    def _conference_screen(self, slot: Slot, behind: WallBehind) -> ConferenceScreen:
        from pexdash.ui.screens.conference import ConferenceScreen

        return ConferenceScreen(
            slot.feed,
            slot.membership,
            # The wall calls the operator, for every conference.
            features=replace(self._features, calling=Calling()),
            keys=self._keys[Place.CONFERENCE],
            frame_seconds=self._frame_seconds,
            recent=self._recent,
            order=self._order,
            player=self._player,
            behind=behind,
        )

    def _told(self, alarm: Alarm | None) -> str:
        """The words of an alarm as long as there is one."""
        if alarm is None or self.wall is None:
            return ""
        words = self.estate.alarms.words(alarm, self.wall.board.now)
        if not alarm.is_active:
            return f"over: {words}"
        return words if alarm.is_unacked else f"{alarm.state_word}: {words}"

    def go_back(self) -> None:
        """Show the wall again, with the cursor where it was."""
        opened, wall = self._opened, self.wall
        if opened is None or wall is None or opened.screen not in self.screen_stack:
            return
        self._opened = None
        while self.screen is not wall:
            self.pop_screen()
        self.estate.closed(opened.slot.key)
        wall.came_back()

    def _leave_conference(self, slot: Slot) -> None:
        self.go_back()
        self.estate.leave(slot.key)

    def _look_at_opened(self) -> None:
        """Go back to the wall where the conference that is open has been joined anew."""
        opened, wall = self._opened, self.wall
        if opened is None or wall is None or opened.slot.feed is opened.feed:
            return
        label = opened.slot.label
        self.go_back()
        wall.say(Notice(f"{label} was joined anew: open it once more", Weight.WARNING))

    # The end

    def ask_to_leave(self, *, asks: bool = False) -> None:
        """Leave, after a question where meetings that we have started would end by it.

        With `asks` there is a question at any rate.
        """
        slots = () if self.estate.through else self.estate.slots
        ours = [slot for slot in slots if slot is not None and _ends_without_us(slot)]
        if not (ours or asks):
            self.exit(0)
            return
        from pexdash.ui.dialogs.confirm import MOST_NAMED, Confirm

        many = f"{len(ours)} meetings" if len(ours) > 1 else "the meeting"
        question = Confirm(
            f"Leave? You are the last Host of {many} that this wall started." if ours else "Leave?",
            [f"{slot.label} may end for the people in it." for slot in ours],
            yes="Leave",
            no="Stay",
            rest=f"{len(ours)} in all   down reads on" if len(ours) > MOST_NAMED else "",
        )
        self.push_screen(question, lambda leaves: self.exit(0) if leaves else None)


def _ends_without_us(slot: Slot) -> bool:
    """Whether a meeting that we have started may end when we leave."""
    membership = slot.membership
    if membership is None or not slot.line.is_live:
        return False
    has_started = membership.moderation.has_started_meeting
    return has_started and slot.feed.conference.would_end_without_me()


def load_dialogs() -> None:
    """Import what keys open: later there may be no free file descriptor to import it with."""
    from pexdash.ui.commands import wall_help  # noqa: F401
    from pexdash.ui.dialogs import choosing, form, log, shelving, themes  # noqa: F401
    from pexdash.ui.screens import conference  # noqa: F401
