"""Each form of a table can be read by any program, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.plain.report.formats import CsvWriter, Style
from pexdash.plain.report.tables import CHAT, TABLES, Row, Table
from tests.plain.report.small_meeting import (
    FORMULA,
    LINE,
    MEETING,
    NUMBER,
    printed,
    report_on,
    written,
)

FIRST = ["schema", "conference"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "meeting", MEETING)


def read_csv(text: str) -> list[list[str]]:
    """The cells of CSV, by the grammar of RFC 4180 and nothing else."""
    cells = re.findall(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)', text)
    rows: list[list[str]] = [[]]
    for quoted, bare, after in cells:
        rows[-1].append(quoted.replace('""', '"') or bare)
        if after != ",":
            rows.append([])
    assert rows.pop() == [], "every line has an end"
    return rows


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.what)
def test_csv_has_the_columns_in_their_order_and_json_the_same_names(
    path: Path, table: Table
) -> None:
    what = table.what
    head, *rows = read_csv(printed(report_on(path), what, "csv"))
    objects = json.loads(printed(report_on(path), what, "json"))
    described, *lines = map(json.loads, printed(report_on(path), what, "ndjson").splitlines())
    assert head[:2] == FIRST
    assert rows
    assert {len(row) for row in rows} == {len(head)}
    assert {tuple(one) for one in objects} == {tuple(head)} == {tuple(described["columns"])}
    assert lines == objects
    assert (described["what"], len(rows)) == (what, len(objects))
    assert {row[0] for row in rows} == {"1"}


def test_cells_that_look_like_formulas_are_texts_unless_they_are_to_be_raw(path: Path) -> None:
    names = [row["display_name"] for row in table(path, "attendance", Style())]
    assert f"'{FORMULA}" in names
    assert f"'{NUMBER}" in [row["address"] for row in table(path, "attendance", Style())]
    assert table(path, "chat", Style())[0]["text"] == f"'{LINE}"
    raw = table(path, "chat", Style(is_raw=True))[0]["text"]
    assert raw == LINE
    (line,) = json.loads(printed(report_on(path), "chat", "json"))
    assert line["text"] == LINE, "JSON is no spreadsheet"


def table(path: Path, what: str, style: Style) -> list[dict[str, str]]:
    """The rows as another reader of CSV has them."""
    text = printed(report_on(path, style=style), what, "csv")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_is_one_cell_and_never_a_formula(text: str) -> None:
    file = io.StringIO(newline="")
    row: Row = {**dict.fromkeys(CHAT.columns), "text": text}
    CsvWriter(file, CHAT, Style()).row(row)
    _, cells = read_csv(file.getvalue())
    assert cells[-1].removeprefix("'") == text.removeprefix("'")
    assert not cells[-1].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_times_are_utc_durations_whole_and_what_is_unknown_is_empty(path: Path) -> None:
    (meeting,) = table(path, "conference", Style())
    assert meeting["started_at"] == "2026-02-02T02:40:10.000Z"
    assert (meeting["duration_seconds"], meeting["people"]) == ("100", "2")
    assert (meeting["locked_seconds"], meeting["recorded_seconds"]) == ("", "0")
    assert (meeting["complete"], meeting["ended_how"]) == ("true", "everybody left")
    (meeting,) = json.loads(printed(report_on(path), "conference", "json"))
    assert (meeting["locked_seconds"], meeting["complete"]) == (None, True)


def test_alarms_tell_how_long_they_were_active_and_nobody_took_note(path: Path) -> None:
    changes = [
        (row["change"], row["active_seconds"], row["unacked_seconds"], row["by"])
        for row in table(path, "alarms", Style())
    ]
    assert changes == [
        ("raised", "", "", ""),
        ("acked", "", "20", "Ann"),
        ("cleared", "30", "", ""),
    ]


def test_actions_keep_their_parts(path: Path) -> None:
    (action,) = json.loads(printed(report_on(path), "actions", "json"))
    assert action["targets"] == [{"uuid": "b1", "name": "Bob", "address": ""}]
    assert (action["fields"], action["took_ms"], action["event_seen_ms"]) == (
        {"pin": "***"},
        250,
        None,
    )


def test_excel_knows_utf_8_by_the_mark(path: Path) -> None:
    text = printed(report_on(path, style=Style(has_mark=True)), "chat", "csv")
    assert text.encode().startswith(b"\xef\xbb\xbfschema,")


def test_without_times_no_time_of_day_is_told(path: Path) -> None:
    style = Style(times=False)
    for one in TABLES:
        for form in ("csv", "json", "ndjson", "text"):
            text = printed(report_on(path, style=style), one.what, form)
            assert not re.search(r"\d\d:\d\d:\d\d|2026-", text), (one.what, form)
    assert table(path, "conference", style)[0]["duration_seconds"] == "100"


def test_with_pseudonyms_nobody_is_named(path: Path) -> None:
    for one in TABLES:
        for form in ("csv", "json", "ndjson", "text"):
            text = printed(report_on(path, has_pseudonyms=True), one.what, form).casefold()
            for told in ("bob", "hyperlink", "49 30", "会議室", "grüße", "ann", '"b1"', "b1,"):
                assert told not in text, (one.what, form, told)
    rows = json.loads(printed(report_on(path, has_pseudonyms=True), "sessions", "json"))
    assert {row["display_name"] for row in rows} == {"Person 1", "Person 2"}
