"""Exports the report of the meeting that a screen shows, and says where it is."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from pexdash.errors import PexdashError
from pexdash.files import shown_path
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.recording import Recording
from pexdash.session.membership.part import OurPart
from pexdash.settings import state_folder

NOT_RECORDED = "Nothing is recorded: join with a recording to export its report (`pexdash join -h`)"
RECORDING_ALONE = "`pexdash report` writes the report of a recording"


def export_meeting(
    screen: Screen[None], membership: OurPart | None, say: Callable[[Notice], None]
) -> None:
    """Write the report of what was recorded until now; without a recording, say so."""
    if membership is None:
        say(Notice(RECORDING_ALONE))
    elif membership.recording is None:
        say(Notice(NOT_RECORDED))
    else:
        say(Notice("The report is being written …"))
        now = membership.feed.clock.wall()
        exporting = _export(membership.recording, now, say)
        screen.run_worker(exporting, group="export", exit_on_error=True)


async def _export(recording: Recording, now: float, say: Callable[[Notice], None]) -> None:
    from pexdash.session.exporting import export_report

    folder = state_folder() / "exports"
    try:
        path = await export_report(recording.files, folder, recording.name, now)
    except PexdashError as fault:
        say(Notice(str(fault), Weight.WARNING))
        return
    say(Notice(f"The report is in {shown_path(path)}"))
