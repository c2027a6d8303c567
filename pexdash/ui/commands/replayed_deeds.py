"""Carries out what the keys of a wall are for where it shows recordings."""

from __future__ import annotations

from pexdash.session.feed.notices import Notice
from pexdash.session.moderation.policy import RECORDED
from pexdash.ui.commands.wall_actions import (
    ACKNOWLEDGE,
    ACKNOWLEDGE_PAGE,
    BELL,
    SHELF,
    SHELVE,
    SUGGESTED,
    Aim,
)
from pexdash.ui.commands.wall_deeds import Deeds

NOT_OFFERED = (ACKNOWLEDGE, ACKNOWLEDGE_PAGE, SHELVE, SHELF, SUGGESTED, BELL)
"""The actions whose keys only say that nothing is sent, and that no bell rings."""


class ReplayedDeeds(Deeds):
    """Looks at recordings, and says of what cannot be done in them that it cannot."""

    def open_conference(self, aim: Aim) -> None:
        """Open a conference on whom the alarm is about, whatever became of it."""
        slot = self._board.slot(aim.conference)
        if slot is not None:
            self._shown.show_conference(slot, self._alarm(aim), None)

    def switch_bell(self, aim: Aim) -> None:
        """Say that no bell rings."""
        self._shown.say(Notice("In a recording no bell rings"))

    def _refuse(self, aim: Aim) -> None:
        self._shown.say(Notice(RECORDED))

    acknowledge = acknowledge_page = shelve = open_shelf = do_suggested = _refuse
