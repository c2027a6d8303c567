"""The text of the journal: each of our requests and its outcome."""

from __future__ import annotations

import time

from textual.content import Content

from pexdash.session.moderation.journal import Journal, Outcome


def journal_text(journal: Journal) -> Content:
    """Each request with its time, its participant and its outcome."""
    if not journal.entries:
        return Content("Nothing has been asked of the node yet.")
    lines = []
    for entry in journal.entries:
        stamp = time.strftime("%H:%M:%S", time.localtime(entry.time))
        whom = f" {entry.name} ({entry.uuid[:8]})" if entry.uuid else ""
        reason = f": {entry.reason}" if entry.reason else ""
        failed = entry.outcome in (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.QUIET)
        lines.append(
            Content.assemble(
                f"{stamp}  {entry.title}{whom}  [{entry.request}]  ",
                (f"{entry.outcome.value}{reason}", "bold" if failed else ""),
            )
        )
    return Content("\n").join(lines)
