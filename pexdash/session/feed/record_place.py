"""Where a recording is written: a new file, or files in a folder that follow one another."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path
from pexdash.session.feed.recorded import Recorded

MOST_BYTES = 100_000_000
"""The size at which a file of a folder is followed by the next one."""
COMPRESSING = "compressing a recording"
"""The name of the thread that does so."""
_COMPRESSED = threading.Semaphore(2)
"""How many recordings are compressed at a time."""
_LONGEST_ALIAS = 60
"""Characters of the alias in a file's name; the hash beside it tells apart what is cut off."""
_FOREIGN = re.compile(r"[^A-Za-z0-9@._+-]")


class RecordPlace(Protocol):
    """Where files of one conference are written; `wall` is always the Unix time of now."""

    def make(self, wall: float) -> tuple[Path, int]:
        """Make a new file that only its owner may read, and return its path and descriptor.

        Raises UsageFault for a file that exists already or cannot be made.
        """
        ...

    def is_full(self, path: Path, size: int, wall: float) -> bool:
        """Whether another file is to follow the one at `path` before it has `size` bytes."""
        ...

    def close(self, path: Path) -> None:
        """Take note that nothing more is written to `path`."""
        ...


class OneFile:
    """The one new file at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def make(self, wall: float) -> tuple[Path, int]:
        try:
            return self._path, open_private(self._path, os.O_EXCL)
        except FileExistsError as fault:
            shown = shown_path(self._path)
            raise UsageFault(f"{shown} exists: a recording replaces no file") from fault
        except OSError as fault:
            raise _not_made(self._path, fault) from fault

    def is_full(self, path: Path, size: int, wall: float) -> bool:
        return False

    def close(self, path: Path) -> None:
        pass


class DatedFiles:
    """Files named `ALIAS-HASH-DATE[-N].ndjson` in `folder`, a new one from each UTC midnight on.

    A file that is closed is compressed, as `….ndjson.gz`, in a thread of its own. With `keep`,
    files of the same conference are removed so many seconds after their day has ended; anything
    else in the folder stays.
    """

    def __init__(
        self, folder: Path, alias: str, cluster: str = "", *, keep: float | None = None
    ) -> None:
        self._folder = folder
        self._alias = alias
        self._cluster = cluster
        self._keep = keep
        self._prefix = file_name(alias, cluster)
        self._name = re.compile(
            rf"{re.escape(self._prefix)}-(\d{{4}}-\d\d-\d\d)(?:-\d+)?\.ndjson(?:\.gz)?"
        )
        self._day: date | None = None
        self._made_at = 0.0

    def make(self, wall: float) -> tuple[Path, int]:
        if self._day is None:
            self._remove_old(wall)
        self._made_at = wall
        day, number = _day(wall), 1
        while True:
            more = f"-{number}" if number > 1 else ""
            path = self._folder / f"{self._prefix}-{day}{more}.ndjson"
            number += 1
            if _packed(path).exists():
                continue
            try:
                descriptor = open_private(path, os.O_EXCL)
            except FileExistsError:
                continue
            except OSError as fault:
                raise _not_made(path, fault) from fault
            if _packed(path).exists():
                # An earlier file of that name has just been compressed, and removed.
                os.close(descriptor)
                path.unlink()
                continue
            self._day = day
            return path, descriptor

    def is_full(self, path: Path, size: int, wall: float) -> bool:
        return size > MOST_BYTES or _day(wall) != self._day

    def close(self, path: Path) -> None:
        # In no daemon, as a program that ends at once would leave half of it; and few at a time,
        # as at midnight a thousand files may be closed.
        threading.Thread(target=self._put_away, args=(path,), name=COMPRESSING).start()

    def _put_away(self, path: Path) -> None:
        with _COMPRESSED:
            _compress(path)
            self._remove_old(self._made_at)

    def _remove_old(self, wall: float) -> None:
        if self._keep is None:
            return
        # What cannot be listed or removed is tried again with the next file.
        with suppress(OSError):
            # A wall's folder holds many others, of which this must not look at more than the name.
            ours = [one for one in os.listdir(self._folder) if one.startswith(self._prefix)]
            for path in map(self._folder.joinpath, ours):
                if (named := self._name.fullmatch(path.name)) is None:
                    continue
                with suppress(ValueError, UsageFault, OSError):
                    ended = date.fromisoformat(named[1]) + timedelta(days=1)
                    midnight = datetime(ended.year, ended.month, ended.day, tzinfo=UTC)
                    if wall - midnight.timestamp() >= self._keep and self._is_ours(path):
                        path.unlink()

    def _is_ours(self, path: Path) -> bool:
        with Recorded(path) as one:
            is_same = (one.alias.lower(), one.cluster) == (self._alias.lower(), self._cluster)
            return is_same and not path.is_symlink()


def file_name(alias: str, cluster: str = "") -> str:
    """A conference as part of a file's name: what can stand in one, and a hash of all of it."""
    key = f"{cluster}\0{alias.lower()}".encode("utf-8", "replace")
    plain = _FOREIGN.sub("_", alias)[:_LONGEST_ALIAS].lstrip(".-") or "conference"
    return f"{plain}-{hashlib.sha256(key).hexdigest()[:8]}"


def as_it_is(path: Path) -> Path | None:
    """The file that was begun at `path`, as it is or compressed; None where it is gone."""
    return next((one for one in (path, _packed(path)) if one.exists()), None)


def _day(wall: float) -> date:
    return datetime.fromtimestamp(wall, UTC).date()


def _not_made(path: Path, fault: OSError) -> UsageFault:
    return UsageFault(f"{shown_path(path)} cannot be recorded to: {fault.strerror}")


def _packed(path: Path) -> Path:
    """Where the compressed file of the one at `path` is."""
    return path.with_name(f"{path.name}.gz")


def _compress(path: Path) -> None:
    """Put a compressed file in the place of the one at `path`, which stays where that fails."""
    done = _packed(path)
    part = path.with_name(f".{path.name}.gz.part")
    try:
        # A process that was ended by force may have left one.
        part.unlink(missing_ok=True)
        with (
            path.open("rb") as plain,
            os.fdopen(open_private(part, os.O_EXCL), "wb") as file,
            gzip.GzipFile(path.name, "wb", compresslevel=6, fileobj=file) as packed,
        ):
            shutil.copyfileobj(plain, packed, 1024 * 1024)
        part.rename(done)
        path.unlink()
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
