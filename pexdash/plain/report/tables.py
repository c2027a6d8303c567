"""The tables of a report: their files, and their columns in a fixed order.

Scripts read these names: none is renamed or dropped, and new columns come at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

SCHEMA = 1
"""The version of the columns, in the first column of every row."""

Value = str | int | float | bool | None | list[str] | list[dict[str, str]] | dict[str, object]
Row = Mapping[str, Value]
"""A value for each column of a table; None where it is not known. Times are Unix times."""


class Kind(Enum):
    """What a column holds, and so how it is written."""

    WORD = "word"
    """A word of ours, or a number."""
    TEXT = "text"
    """What people or nodes have written."""
    TIME = "time"
    SECONDS = "seconds"
    SHARE = "share"
    """A part of a whole, from 0 to 1."""


class Table(Struct, frozen=True):
    """A table: how `--what` calls it, the name of its file, and its columns with their kinds.

    `is_nested` is whether its rows hold lists and objects, so that its file is NDJSON where the
    others are CSV.
    """

    what: str
    file: str
    columns: Mapping[str, Kind]
    is_nested: bool = False


def _columns(names: str) -> dict[str, Kind]:
    """The columns of these names; the sign before a name is its kind, none is a word."""
    signs = {"'": Kind.TEXT, "@": Kind.TIME, "~": Kind.SECONDS, "%": Kind.SHARE}
    first = ("schema", "'conference")
    return {name.lstrip("'@~%"): signs.get(name[0], Kind.WORD) for name in (*first, *names.split())}


CONFERENCE = Table(
    "conference",
    "conference",
    _columns(
        "'node @started_at @ended_at 'ended_how ~duration_seconds people people_peak @peak_at"
        " ~host_seconds ~host_missing_seconds ~locked_seconds ~recorded_seconds ~presented_seconds"
        " ~silent_seconds waiting_people ~waiting_max_seconds gave_up dial_outs dial_outs_failed"
        " joins leaves chat_lines @observed_from @observed_to ~gap_seconds complete"
    ),
)
ATTENDANCE = Table(
    "attendance",
    "attendance",
    _columns(
        "'person_key 'display_name 'other_names 'address role_highest sessions @first_joined_at"
        " @last_left_at ~in_seconds ~waiting_seconds %share_of_meeting devices_at_once_max"
    ),
)
SESSIONS = Table(
    "sessions",
    "attendance-sessions",
    _columns(
        "'node session_id 'participant_uuid 'person_key person_key_from 'display_name 'address"
        " 'domain role role_changed 'protocol 'call_direction 'vendor is_external is_verified"
        " 'encryption is_api is_recorder seen_at_start @waiting_from ~waiting_seconds"
        " admitted_by_us @joined_at @left_at ~in_seconds ~on_hold_seconds still_in end"
        " ~gap_seconds"
    ),
)
AIRTIME = Table(
    "airtime",
    "airtime",
    _columns(
        "'person_key 'display_name role ~talk_seconds %talk_share turns ~longest_turn_seconds"
        " ~overlap_seconds @first_talk_at @last_talk_at ~muted_seconds ~presenting_seconds"
        " ~spotlight_seconds hands ~hand_wait_seconds chat_lines"
    ),
)
ALARMS = Table(
    "alarms",
    "alarms",
    _columns(
        "@time change 'alarm_id rule severity 'node 'subject 'text value threshold 'by 'comment"
        " @since ~active_seconds ~unacked_seconds chattering in_flood"
    ),
)
ACTIONS = Table(
    "actions",
    "actions",
    _columns(
        "@time 'operator 'as_name 'source session_id 'node 'action request targets fields"
        " confirmed http 'result 'reason took_ms event_seen_ms outcome"
    ),
    is_nested=True,
)
CHAT = Table(
    "chat",
    "chat",
    _columns("@time direction 'display_name 'participant_uuid in_roster direct 'text"),
)

TABLES = (CONFERENCE, ATTENDANCE, SESSIONS, AIRTIME, ALARMS, ACTIONS, CHAT)
"""In the order of the printed report."""
