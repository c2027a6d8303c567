"""A feed whose records are written as it is told them, and what is read back of it."""

from __future__ import annotations

from pathlib import Path

from pexdash.session.feed.feed import Feed
from pexdash.session.feed.record_place import RecordPlace
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.recording import Recording
from pexdash.session.feed.told import Heard
from tests.decoded import decode_event
from tests.manual_clock import ManualClock


def recorded_feed(
    place: RecordPlace, clock: ManualClock, said: list[str]
) -> tuple[Feed, Recording]:
    """A feed whose records are written as it is told them."""
    feed = Feed("meet.alice", clock)
    one = Recording(place, feed, node=lambda: "node.example.com", say=said.append)
    feed.on_told(one.told)
    return feed, one


def played(path: Path) -> Feed:
    """What a feed shows that is told a recording alone."""
    clock = ManualClock()
    feed = Feed("meet.alice", clock)
    for record in Recorded(path):
        feed.tell(record.told)
    return feed


def event(name: str, data: str = "", event_id: str = "") -> Heard:
    sent = tuple(text.encode("utf-8", "replace") for text in (name, event_id, data))
    return Heard((decode_event(name, data, event_id),), ((sent[0], sent[1], sent[2]),))
