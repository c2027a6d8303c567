"""The alarms of one conference on its screen, which begin after its first frame."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from textual.screen import Screen

from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.action import Action
from pexdash.ui.calling import Calling
from pexdash.ui.commands.actions import ACKNOWLEDGE
from pexdash.ui.commands.host_call import HostCall
from pexdash.ui.commands.wall_behind import WallBehind
from pexdash.ui.framework.timers import unskipped

if TYPE_CHECKING:
    from pexdash.model.alarms.policy import Policy
    from pexdash.session.alarms.host_alarms import HostAlarms

BEGIN_SECONDS = 0.5
"""How long after the first frame alarms begin: what they import must not hold that frame up."""
TITLE_SECONDS = 1.0
"""How often the title of the window changes at most: nobody reads counts that run."""
Rules = Callable[[], "Policy"]
"""Returns the rules of alarms, once they are needed: importing them takes a while."""


class ScreenAlarms:
    """Calls the host by `calling`, and tells what to take note of.

    Without `rules` or a membership there are none, but those of the wall `behind`.
    """

    def __init__(
        self,
        screen: Screen[None],
        feed: Feed,
        membership: OurPart | None,
        rules: Rules | None,
        calling: Calling,
        behind: WallBehind | None = None,
    ) -> None:
        self._screen = screen
        self._feed = feed
        self._membership = membership
        self._rules = rules
        self._calling = calling
        self._behind = behind
        self._call = HostCall(lambda: screen.app, calling)
        self._is_begun = False
        self._titled_at = -inf
        self._waited: Collection[str] | None = None
        self._alarms: HostAlarms | None = None

    @property
    def are_at_work(self) -> bool:
        return self._alarms is not None

    def begin(self) -> None:
        """Follow the conference soon after its people are drawn."""
        if not self._is_begun and self._feed.conference.synced_at is not None:
            self._is_begun = True
            if self._waited is None:
                self._waited = self._feed.conference.waiting()
            unskipped(self._screen.set_timer(BEGIN_SECONDS, self._begin))

    def _begin(self) -> None:
        if self._membership is None or self._rules is None:
            return
        try:
            from pexdash.session.alarms.host_alarms import HostAlarms

            policy = self._rules()
        except OSError:
            # No file descriptor is free to read a module with; one may be at the next frame.
            self._is_begun = False
            return
        rings, call = self._calling.calls_for, self._call.call
        self._alarms = HostAlarms(
            self._feed, self._membership, policy, rings=rings, call=call, waited=self._waited
        )
        self._screen.run_worker(self._alarms.run(), name="alarms", exit_on_error=True)

    def words(self) -> list[str]:
        """The words of each alarm that the host has to take note of, the worst first."""
        alarms = self._alarms
        return [] if alarms is None else [alarms.words(alarm) for alarm in alarms.told]

    def keys_beside(
        self, told: Callable[[], Collection[Action]]
    ) -> Callable[[], Collection[Action]]:
        """What the key bar leaves out: what is `told` elsewhere, and our key while it is none."""
        return lambda: told() if self._need_note else [*told(), ACKNOWLEDGE]

    @property
    def _need_note(self) -> bool:
        return bool(self.words()) if self._behind is None else self._behind.needs_note()

    def show_title(self) -> None:
        """Have the title of the window tell how the conference is; due each second too."""
        is_due = monotonic() - self._titled_at >= TITLE_SECONDS
        if is_due and self._call.show(self._feed.conference, len(self.words())):
            self._titled_at = monotonic()

    def acknowledge(self) -> None:
        """Take note of all that is told."""
        if self._behind is not None:
            told = self._behind.acknowledge()
            self._feed.notify(Notice(told.text, told.weight))
        elif self._alarms is None or not self._alarms.told:
            self._feed.notify(Notice("There is no alarm to acknowledge"))
        else:
            self._alarms.acknowledge()
