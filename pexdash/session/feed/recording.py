"""`--record`: writes the records of a source to files from which the conference can be rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.record_file import RecordFile
from pexdash.session.feed.record_lines import encoded, header, records
from pexdash.session.feed.record_place import RecordPlace, as_it_is, file_name
from pexdash.session.feed.standing import Standing
from pexdash.session.feed.told import Line, Me, Told

RETRY_SECONDS = 10.0
"""How long to wait after a write that failed before the next one."""


class Recording:
    """Writes what a feed is told to new files at `place`, from the moment we have joined.

    Times are in seconds since the file was opened, to the millisecond. Every file after the first
    begins with who we are, the status, the line and the participant list, so that it can be played
    alone. When a write fails, the file ends with its last whole line, and `say` is called with a
    sentence; the recording goes on when writing works again, and tells that its line was lost in
    between. Raises UsageFault for a file that exists already or cannot be made. One that
    `opens_late` makes its first file when we have joined, and where it cannot, that is a write that
    fails.
    """

    def __init__(
        self,
        place: RecordPlace,
        feed: Feed,
        *,
        node: Callable[[], str],
        say: Callable[[str], None],
        cluster: str = "",
        opens_late: bool = False,
    ) -> None:
        self._place = place
        self._feed = feed
        self._clock = feed.clock
        self._alias = feed.conference.alias
        self._cluster = cluster
        self._node = node
        self._say = say
        self._standing = Standing(feed)
        self._lost_at: float | None = None
        self._retry_at = 0.0
        self._is_closed = False
        self.why_lost = ""
        """Why nothing can be written now, "" while it can."""
        self._begun: list[Path] = []
        self._file: RecordFile | None = None if opens_late else self._make()

    @property
    def files(self) -> list[Path]:
        """What was written until now, the oldest first, as far as it is there."""
        return [there for path in self._begun if (there := as_it_is(path)) is not None]

    @property
    def name(self) -> str:
        """The conference as part of a file's name."""
        return file_name(self._alias, self._cluster)

    def told(self, told: Told) -> None:
        """Write one record of the source, which the feed has applied."""
        if self._is_closed:
            return
        self._standing.hear(told)
        # Before we have joined, there is no node to name and no conference to rebuild.
        has_begun = self._file is not None and self._file.size
        if not (has_begun or self._lost_at is not None or isinstance(told, Me)):
            return
        try:
            if self._lost_at is not None:
                self._go_on(self._lost_at, told)
            else:
                self._write(self._opened(), told)
        except RecursionError:
            self._lose("the node's answer is nested too deeply")
        except OSError as fault:
            self._lose(fault.strerror or str(fault))
        except UsageFault as fault:
            self._lose(str(fault))

    def close(self) -> None:
        """Write nothing more; a file without a record is removed."""
        self._is_closed, self.why_lost = True, ""
        if (file := self._file) is None:
            return
        self._file = None
        self._finish(file)

    def _finish(self, file: RecordFile) -> None:
        file.close()
        if file.size:
            self._place.close(file.path)

    def _opened(self) -> RecordFile:
        if self._file is None:
            self._file = self._make()
        return self._file

    def _make(self) -> RecordFile:
        now = self._clock.wall()
        path, descriptor = self._place.make(now)
        self._begun.append(path)
        return RecordFile(path, descriptor, started=self._clock.monotonic(), began=now)

    def _write(self, file: RecordFile, told: Told) -> None:
        lines = encoded(records(told, self._since(file)))
        if not file.size:
            lines = self._header(file) + lines
        elif self._is_full(file, len(lines)):
            file = self._follow(file, after=file.began)
            lines = encoded(records(told, self._since(file)))
        file.write(lines)

    def _header(self, file: RecordFile, after: float | None = None) -> bytes:
        return encoded([header(self._alias, self._cluster, self._node(), file.began, after)])

    def _is_full(self, file: RecordFile, more: int = 0) -> bool:
        # Within a list that the node is sending, no file could begin with a whole one.
        is_whole = not self._feed.conference.syncing
        return is_whole and self._place.is_full(file.path, file.size + more, self._clock.wall())

    def _since(self, file: RecordFile) -> float:
        return self._clock.monotonic() - file.started

    def _follow(self, file: RecordFile, after: float | None = None) -> RecordFile:
        """Close the file and begin the next one; `after` as in `header`."""
        following = self._make()
        try:
            following.write(self._header(following, after) + self._opening(following))
        except BaseException:
            following.close()
            raise
        self._file = following
        self._finish(file)
        return following

    def _lose(self, why: str) -> None:
        self._retry_at = self._clock.monotonic() + RETRY_SECONDS
        self.why_lost = why
        if self._lost_at is None:
            self._lost_at = self._clock.monotonic()
            shown = self._alias if self._file is None else shown_path(self._file.path)
            self._say(f"{shown} cannot be written ({why}): recording has stopped until it can")

    def _go_on(self, lost_at: float, told: Told) -> None:
        """Try whether writing works again, and tell of the gap where it does."""
        if self._clock.monotonic() < self._retry_at or self._feed.conference.syncing:
            return
        file, lines = self._opened(), b""
        if not file.size:
            lines = self._header(file)
        elif self._is_full(file):
            file = self._follow(file)
        else:
            gap = Line(LinkState.LOST, "the recording could not be written")
            lines = encoded(records(gap, lost_at - file.started))
        opening = self._opening(file) if lines else b""
        file.write(lines + opening + encoded(records(told, self._since(file))))
        missing, self._lost_at = self._clock.monotonic() - lost_at, None
        self.why_lost = ""
        shown = shown_path(file.path)
        self._say(f"{shown} is written again; {missing:.0f} s are missing in it")

    def _opening(self, file: RecordFile) -> bytes:
        """The lines of the conference as it is now."""
        since = self._since(file)
        return b"".join(encoded(records(told, since)) for told in self._standing.told())
