"""Begins the recording of a membership."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.session.feed.record_place import DatedFiles, OneFile, RecordPlace
from pexdash.session.feed.recording import Recording
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.told_actions import acted_of, operator_here


def record(
    membership: Membership,
    path: Path,
    *,
    cluster: str = "",
    keep: float | None,
    say: Callable[[str], None],
) -> None:
    """Write what happens, and what we ask for, to the new file or to the folder `path`.

    `cluster` is the name of the conference's cluster, "" where it has none, and `keep` for how many
    seconds files stay in a folder, None for ever. `say` is called with a sentence when a write
    fails. Raises UsageFault for a file that cannot be made.
    """
    place = place_for(path, membership.feed.conference.alias, cluster, keep=keep)
    record_at(place, membership, cluster=cluster, say=say)


def record_at(
    place: RecordPlace,
    membership: Membership,
    *,
    cluster: str,
    say: Callable[[str], None],
    opens_late: bool = False,
) -> Recording:
    """As `record`, to a place; one that `opens_late` makes no file before we have joined."""
    feed, operator = membership.feed, operator_here()
    recording = Recording(
        place,
        feed,
        node=lambda: str(membership.node),
        say=say,
        cluster=cluster,
        opens_late=opens_late,
    )
    membership.recording = recording
    feed.on_told(recording.told)
    membership.moderation.journal.on_ended(
        lambda entry: recording.told(acted_of(entry, feed, operator))
    )
    return recording


def place_for(path: Path, alias: str, cluster: str = "", *, keep: float | None) -> RecordPlace:
    """The folder at `path`, or the new file where there is none; raises UsageFault."""
    if path.is_dir():
        return DatedFiles(path, alias, cluster, keep=keep)
    if keep is not None:
        raise UsageFault(f"--keep is for a folder, and {shown_path(path)} is none")
    return OneFile(path)
