"""What a recording and the audit hold of a request of ours that has ended."""

from __future__ import annotations

import getpass
import socket

from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Acted
from pexdash.session.moderation.journal import Entry, Outcome
from pexdash.text import ADDRESS_LIMIT, clean

_OUTCOMES = {
    Outcome.SHOWN: "done",
    Outcome.QUIET: "unknown",
    Outcome.REFUSED: "refused",
    Outcome.UNKNOWN: "unknown",
}


def acted_of(entry: Entry, feed: Feed, operator: str) -> Acted:
    """The record of a request that ends now; `operator` is who uses this program, and where."""
    people = feed.conference.participants
    one, me = people.get(entry.uuid), people.get(feed.conference.me)
    answered, origin = entry.answered, entry.origin
    is_seen = entry.outcome is Outcome.SHOWN and entry.is_awaited
    return Acted(
        entry.time,
        entry.title,
        entry.request,
        _OUTCOMES[entry.outcome],
        entry.reason or (entry.outcome.value if entry.outcome is Outcome.QUIET else ""),
        entry.uuid,
        entry.name if entry.uuid else "",
        one.uri if one else "",
        entry.fields or {},
        took=None if answered is None else max(0.0, answered - entry.time),
        seen=max(0.0, feed.clock.wall() - entry.time) if is_seen else None,
        as_name=me.name if me else "",
        source=origin.source,
        operator=operator,
        action=origin.action,
        confirmed=origin.confirmed,
        http=entry.http,
        result=entry.result,
        session_id=feed.conference.me,
    )


def operator_here() -> str:
    """Who uses this program, and on which machine: "alice@desk7"; "" where that is not known."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return clean(f"{user}@{socket.gethostname()}", ADDRESS_LIMIT)
