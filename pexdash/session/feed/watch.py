"""A watch on a feed: one listener, with changes and notices of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pexdash.model.changes import Changes
from pexdash.session.feed.notices import Notice

MOST_NOTICES = 100
"""How many notices a watch keeps while it has no `notify` to call."""


class Watch:
    """Gathers the changes of a conference until its listener takes them.

    The feed calls `changed` after each batch of changes, and `notify` with each notice. Without
    `notify` the watch keeps the newest 100 notices for `take_notices`. With `one_by_one` each batch
    holds the changes of one event. After `close` the watch calls and gathers nothing any more.
    """

    def __init__(
        self,
        close: Callable[[Watch], None],
        *,
        changed: Callable[[], None] | None,
        notify: Callable[[Notice], None] | None,
        one_by_one: bool,
    ) -> None:
        self.changed = changed
        self.notify = notify
        self.one_by_one = one_by_one
        self._close = close
        self._changes = Changes()
        self._notices: deque[Notice] = deque(maxlen=MOST_NOTICES)

    def take_changes(self) -> Changes:
        """The changes since the last call of this function."""
        taken, self._changes = self._changes, Changes()
        return taken

    def take_notices(self) -> list[Notice]:
        """The notices kept since the last call of this function, the oldest first."""
        taken = list(self._notices)
        self._notices.clear()
        return taken

    def close(self) -> None:
        """Stop watching; safe to call more than once."""
        self._close(self)
        self.changed = self.notify = None

    def add(self, changes: Changes) -> None:
        """Add changes of the feed."""
        self._changes.merge(changes)

    def tell(self) -> None:
        """Call `changed`."""
        if self.changed is not None:
            self.changed()

    def say(self, notice: Notice) -> None:
        """Pass a notice of the feed to `notify`, or keep it."""
        if self.notify is not None:
            self.notify(notice)
        else:
            self._notices.append(notice)
