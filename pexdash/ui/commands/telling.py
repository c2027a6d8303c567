"""Tells the host what is not on the screen, and calls the host who looks elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.clock import Clock
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.watch import Watch
from pexdash.ui.calling import Calling
from pexdash.ui.commands.host_call import HostCall
from pexdash.ui.framework.held_screen import HeldScreen


class Telling:
    """Shows the notices of a conference on `screen` by `say`, and calls the host by `calling`.

    `place_of` returns the line of the screen on which a participant stands, by uuid, or None.
    `has_shown` says whether the people have been on the screen yet, and `is_laid_out` whether
    their rows have a place there.
    """

    def __init__(
        self,
        screen: HeldScreen[None],
        calling: Calling,
        clock: Clock,
        *,
        say: Callable[[Notice], None],
        place_of: Callable[[str], int | None],
        has_shown: Callable[[], bool],
        is_laid_out: Callable[[], bool],
    ) -> None:
        self._screen = screen
        self.call = HostCall(lambda: screen.app, calling, clock)
        self._say = say
        self._place_of = place_of
        self._has_shown = has_shown
        self._is_laid_out = is_laid_out
        self.waiting: list[Notice] = []
        """Notices that wait for the next frame."""

    def hear(self, watch: Watch) -> None:
        """Show the notices that came before the screen, and each new one from now on."""
        watch.notify = self._hear
        for notice in watch.take_notices():
            self._place(notice)

    def _hear(self, notice: Notice) -> None:
        if self._has_shown():
            # Who waited before us has not come now.
            self.call.hear(notice)
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
