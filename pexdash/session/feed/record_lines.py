"""The lines of a recording, format 2.

A recording is NDJSON: one JSON object on each line. The first line describes the conference. Every
other line has `t`, in seconds since the start, and one kind of record: `event` with `data` and
`id`, `list`, `status`, `line`, `me`, `said`, `mark`, `alarm`, `action` or `talk`. The recording
holds the node's own JSON, with secrets masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pexdash
from pexdash.api.events import text_of
from pexdash.secret import masked, masked_json
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import (
    Acted,
    Alarmed,
    Heard,
    Line,
    Listed,
    Marked,
    Me,
    Said,
    Spoken,
    Stated,
    Told,
)
from pexdash.text import json_line

FORMAT = 2
"""The version of the format that this program writes."""
HEADER = "pexdash-recording"
"""The key of the first line that holds the format."""
LINE_WORDS = {
    LinkState.JOINING: "joining",
    LinkState.CONNECTING: "connecting",
    LinkState.LIVE: "live",
    LinkState.LOST: "stale",
    LinkState.ENDED: "ended",
}
"""The states of the line as a recording names them."""


def header(
    alias: str, cluster: str, node: str, started: float, after: float | None = None
) -> dict[str, Any]:
    """The first line of a file that begins at the Unix time `started`.

    `after` is when the file began that this one goes on with, without a gap.
    """
    return {
        HEADER: FORMAT,
        "alias": alias,
        "cluster": cluster,
        "node": node,
        "started": rfc_3339(started),
        **({} if after is None else {"after": rfc_3339(after)}),
        "version": pexdash.__version__,
    }


def encoded(objects: Iterable[dict[str, Any]]) -> bytes:
    """Whole lines of printable ASCII; raises RecursionError for what is nested too deeply."""
    return "".join(f"{json_line(one)}\n" for one in objects).encode()


def rfc_3339(moment: float) -> str:
    """A Unix time in the form of RFC 3339, in UTC and to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def records(told: Told, since: float) -> Iterator[dict[str, Any]]:
    """The JSON objects that stand for `told`, `since` seconds after the file began."""
    return ({"t": round(since, 3), **record} for record in timeless(told))


def timeless(told: Told) -> Iterator[dict[str, Any]]:
    """The JSON objects that stand for `told`, without a time."""
    match told:
        case Heard():
            for name, event_id, data in told.sent:
                yield {
                    "event": text_of(name),
                    "data": masked_json(text_of(data)),
                    "id": text_of(event_id),
                }
        case Listed():
            yield {"list": masked(told.answer)}
        case Stated():
            yield {"status": masked(told.answer)}
        case Line():
            yield {"line": LINE_WORDS[told.state], "why": told.why}
        case Me():
            alias = {"alias": told.alias} if told.alias else {}
            yield {"me": {"uuid": told.uuid, "role": told.role.value, **alias}}
        case Said():
            yield {"said": told.text, **({"to": told.to} if told.to else {})}
        case Marked():
            yield {"mark": told.word}
        case Alarmed():
            since = {} if told.since is None else {"since": rfc_3339(told.since)}
            yield {"alarm": {**_told_of(told), **since}}
        case Acted():
            fields = {"fields": masked(dict(told.fields))} if told.fields else {}
            yield {"action": {**_told_of(told), **fields, "asked": rfc_3339(told.asked)}}
        case Spoken():
            yield {"talk": {uuid: round(seconds, 1) for uuid, seconds in told.seconds.items()}}


def _told_of(told: Alarmed | Acted) -> dict[str, object]:
    """What is known of an alarm or an action, by the names of its fields."""
    values = {name: getattr(told, name) for name in told.__struct_fields__}
    return {name: value for name, value in values.items() if value not in (None, "", {})}
