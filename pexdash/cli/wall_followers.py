"""What follows every conference of a wall besides its alarms: audit, recordings and rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pexdash.cli.options import JoinOptions
from pexdash.clock import Clock
from pexdash.settings import Settings, state_folder

if TYPE_CHECKING:
    from pexdash.model.alarms.keys import ConferenceKey
    from pexdash.session.alarms.at_work import AlarmsAtWork
    from pexdash.session.alarms.disk_watch import DiskWatch
    from pexdash.session.estate.recordings import Recordings
    from pexdash.session.estate.wall_rules import WallRules
    from pexdash.session.membership.membership import Membership
    from pexdash.session.moderation.audit import Audit

    Begin = Callable[[ConferenceKey, Membership], None]


def recordings_for(options: JoinOptions) -> Recordings | None:
    """The recordings in the folder of --record, if there is one."""
    if options.record is None:
        return None
    from pexdash.session.estate.recordings import Recordings

    return Recordings(options.record, keep=options.keep)


def begins_of(
    audit: Audit | None, recordings: Recordings | None, rules: WallRules | None
) -> tuple[Begin, ...]:
    """What is called with each membership before it joins."""
    begins: list[Begin] = []
    if audit is not None:
        from pexdash.session.membership.auditing import audit_requests

        begins.append(lambda _, membership: audit_requests(membership, audit))
    if recordings is not None:
        begins.append(recordings.begin)
    if rules is not None:
        begins.append(rules.begin)
    return tuple(begins)


def disks_for(
    options: JoinOptions,
    settings: Settings,
    recordings: Recordings | None,
    alarms: AlarmsAtWork,
    clock: Clock,
) -> DiskWatch:
    """What looks for room on the disks that the wall writes to."""
    from pexdash.session.alarms.disk_watch import DiskWatch

    places: dict[str, Path] = {}
    if recordings is not None:
        places["recordings"] = recordings.folder
    if (audit := options.audit or settings.audit) is not None:
        places["audit"] = audit
    if options.log_file is not None:
        places["log file"] = options.log_file
    places["what is acknowledged"] = state_folder()
    return DiskWatch(
        places,
        clock,
        tell=alarms.take_disk,
        lost=lambda: "" if recordings is None else recordings.lost,
    )
