"""Tells the host what is not on the screen."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.session.feed.notices import Notice
from pexdash.session.feed.watch import Watch
from pexdash.ui.framework.held_screen import HeldScreen


class Telling:
    """Shows the notices of a conference on `screen` by `say`.

    `place_of` returns the line of the screen on which a participant stands, by uuid, or None, and
    `is_laid_out` says whether the rows of people have a place there.
    """

    def __init__(
        self,
        screen: HeldScreen[None],
        *,
        say: Callable[[Notice], None],
        place_of: Callable[[str], int | None],
        is_laid_out: Callable[[], bool],
    ) -> None:
        self._screen = screen
        self._say = say
        self._place_of = place_of
        self._is_laid_out = is_laid_out
        self.waiting: list[Notice] = []
        """Notices that wait for the next frame."""

    def hear(self, watch: Watch) -> None:
        """Show the notices that came before the screen, and each new one from now on."""
        watch.notify = self._place
        for notice in watch.take_notices():
            self._place(notice)

    def _place(self, notice: Notice) -> None:
        """Show a notice, once the rows it is about stand on the screen or do not."""
        if notice.about:
            self.waiting.append(notice)
            self._screen.ask_for_frame()
        else:
            self._say(notice)

    def say_what_is_unseen(self) -> None:
        """Show the notices about people whose rows cannot be seen in the frame that was drawn.

        Until the rows have a place, nobody can say whose those are, and the notices wait.
        """
        if not self._is_laid_out():
            return
        waiting, self.waiting = self.waiting, []
        for notice in waiting:
            is_covered = not self._screen.is_active
            if is_covered or any(self._place_of(uuid) is None for uuid in notice.about):
                self._say(notice)
