"""The recordings of a wall: every conference in files of its own, in one folder."""

from __future__ import annotations

from pathlib import Path

from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.feed.record_place import DatedFiles
from pexdash.session.feed.recording import Recording
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.recording import record_at


class Recordings:
    """Records what happens in every conference into `folder`.

    `keep` is for how many seconds files stay there, None for ever. Nothing that cannot be written
    keeps a conference from being followed: `lost` tells of it, and each goes on when it can.
    """

    def __init__(self, folder: Path, *, keep: float | None = None) -> None:
        self.folder = folder
        self._keep = keep
        self._recordings: dict[ConferenceKey, Recording] = {}

    def begin(self, key: ConferenceKey, membership: Membership) -> None:
        """Record the conference of a membership that is about to join."""
        alias = membership.feed.conference.alias
        self._recordings[key] = record_at(
            DatedFiles(self.folder, alias, key.cluster, keep=self._keep),
            membership,
            cluster=key.cluster,
            # On the screen, one sentence for each of a thousand would tell less than one for all.
            say=lambda words: logger.warning("%s", words),
            opens_late=True,
        )

    @property
    def lost(self) -> str:
        """How many recordings cannot be written, and why one cannot; "" where all can."""
        lost = [one.why_lost for one in self._recordings.values() if one.why_lost]
        if not lost:
            return ""
        many = f"{len(lost)} recordings have" if len(lost) > 1 else "1 recording has"
        return f"{many} stopped: {lost[0]}"
