"""One listener of a feed, with changes and notices of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pexdash.model.changes import Changes
from pexdash.session.feed.notices import Notice

MOST_NOTICES = 100
"""How many notices are kept for a listener that has not said yet where to send them."""


class Watch:
    """What has happened in a conference since its listener last looked.

    `changed` is called after each batch of changes, `notify` with each notice. Without `notify`
    the newest 100 notices are kept for `take_notices`. A watch that is `one_by_one` hears of each
    event alone, as soon as it is applied. After `close` nothing is called or gathered any more.
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
        """What changed since this was last called."""
        taken, self._changes = self._changes, Changes()
        return taken

    def take_notices(self) -> list[Notice]:
        """The notices that nobody was told of yet, the oldest first."""
        taken = list(self._notices)
        self._notices.clear()
        return taken

    def close(self) -> None:
        """Listen no more; safe to call more than once."""
        self._close(self)
        self.changed = self.notify = None

    def tell(self, changes: Changes) -> None:
        """Take changes of the feed."""
        self._changes.merge(changes)
        if self.changed is not None:
            self.changed()

    def say(self, notice: Notice) -> None:
        """Take a notice of the feed."""
        if self.notify is not None:
            self.notify(notice)
        else:
            self._notices.append(notice)
