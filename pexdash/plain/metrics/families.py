"""Every metric: its name, type, labels, and what it says."""

from __future__ import annotations

from typing import NamedTuple

GAUGE, COUNTER, HISTOGRAM = "gauge", "counter", "histogram"
NODE = ("node",)
CONFERENCE = ("conference",)


class Family(NamedTuple):
    """A metric as Prometheus knows it; `bounds` are the upper ends of a histogram's buckets."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


_ALL = (
    Family("pexdash_build_info", GAUGE, "This program; always 1.", ("version", "python")),
    Family(
        "pexdash_conferences",
        GAUGE,
        "Conferences, by how our line to them stands.",
        ("node", "line"),
    ),
    Family(
        "pexdash_participants",
        GAUGE,
        "People in conferences, without recorders, streamers, AIs and control connections.",
        ("node", "role", "protocol"),
    ),
    Family("pexdash_waiting_participants", GAUGE, "Those who wait to be let in.", NODE),
    Family("pexdash_connecting_participants", GAUGE, "Those who are being dialled.", NODE),
    Family("pexdash_api_participants", GAUGE, "Control connections, ours included.", NODE),
    Family("pexdash_unencrypted_participants", GAUGE, "People whose media go in the clear.", NODE),
    Family(
        "pexdash_longest_wait_seconds", GAUGE, "The longest wait now, 0 where nobody waits.", NODE
    ),
    Family(
        "pexdash_participant_joins_total",
        COUNTER,
        "People who came in, without those who were in before us.",
        ("node", "role"),
    ),
    Family("pexdash_participant_leaves_total", COUNTER, "People who left.", ("node", "role")),
    Family(
        "pexdash_participant_session_seconds",
        HISTOGRAM,
        "How long people who left had been in.",
        NODE,
        (60, 300, 900, 1800, 3600, 7200, 14400),
    ),
    Family(
        "pexdash_wait_seconds",
        HISTOGRAM,
        "How long people waited until they were let in, or left.",
        ("node", "outcome"),
        (5, 15, 30, 60, 120, 300, 600, 900),
    ),
    Family(
        "pexdash_dial_outs_total",
        COUNTER,
        "Calls from conferences to somebody, by how they ended.",
        ("node", "outcome"),
    ),
    Family("pexdash_events_total", COUNTER, "Events of nodes.", ("node", "event")),
    Family(
        "pexdash_unreadable_events_total", COUNTER, "Events whose data made no sense to us.", NODE
    ),
    Family("pexdash_stream_opens_total", COUNTER, "Event streams that were opened.", NODE),
    Family("pexdash_rejoins_total", COUNTER, "Joins after the first of a conference.", NODE),
    Family(
        "pexdash_stream_gap_seconds",
        HISTOGRAM,
        "For how long lines were lost, until the list of people was complete again.",
        NODE,
        (0.5, 1, 2, 5, 10, 30, 60, 300),
    ),
    Family("pexdash_last_event_timestamp_seconds", GAUGE, "When the last event came.", NODE),
    Family(
        "pexdash_oldest_data_timestamp_seconds",
        GAUGE,
        "When the conference was last heard that was silent for the longest time.",
        NODE,
    ),
    Family(
        "pexdash_requests_total",
        COUNTER,
        "Requests, by what they came from.",
        ("node", "request", "source"),
    ),
    Family(
        "pexdash_request_failures_total",
        COUNTER,
        "Requests that nodes refused or did not answer.",
        ("node", "request", "source", "reason"),
    ),
    Family(
        "pexdash_request_duration_seconds",
        HISTOGRAM,
        "How long requests took.",
        ("request",),
        (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    ),
    Family("pexdash_node_up", GAUGE, "Whether a node answers.", NODE),
    Family("pexdash_node_maintenance", GAUGE, "Whether a node says it is in maintenance.", NODE),
    Family("pexdash_alarms", GAUGE, "Alarms of a wall.", ("rule", "severity", "state")),
    Family(
        "pexdash_alarms_raised_total",
        COUNTER,
        "Alarms of a wall that were raised.",
        ("rule", "severity"),
    ),
    Family("pexdash_alarm_flood", GAUGE, "Whether more alarms come than anybody can take in."),
    Family(
        "pexdash_loop_lag_seconds",
        HISTOGRAM,
        "By how much this program was late, measured once a second.",
        (),
        (0.001, 0.005, 0.016, 0.05, 0.1, 0.5, 1, 5),
    ),
    Family("pexdash_frames_total", COUNTER, "Frames that were drawn."),
    Family(
        "pexdash_conferences_without_series", GAUGE, "Conferences that have no series of their own."
    ),
)
_OF_CONFERENCES = (
    Family("pexdash_conference_info", GAUGE, "Where it is; always 1.", ("conference", "node")),
    Family("pexdash_conference_people", GAUGE, "People in it.", CONFERENCE),
    Family("pexdash_conference_waiting", GAUGE, "Those who wait for it.", CONFERENCE),
    Family("pexdash_conference_hosts", GAUGE, "Hosts in it with media.", CONFERENCE),
    Family("pexdash_conference_locked", GAUGE, "Whether it is locked.", CONFERENCE),
    Family("pexdash_conference_guests_muted", GAUGE, "Whether all Guests are muted.", CONFERENCE),
    Family("pexdash_conference_started", GAUGE, "Whether it has started.", CONFERENCE),
    Family("pexdash_conference_presenting", GAUGE, "Whether somebody presents.", CONFERENCE),
    Family("pexdash_conference_recording", GAUGE, "Whether it is recorded.", CONFERENCE),
    Family(
        "pexdash_conference_last_event_timestamp_seconds",
        GAUGE,
        "When its last event came.",
        CONFERENCE,
    ),
    Family(
        "pexdash_conference_speaking_seconds_total",
        COUNTER,
        "For how long somebody spoke in it.",
        CONFERENCE,
    ),
)
FAMILIES = {family.name: family for family in (*_ALL, *_OF_CONFERENCES)}
"""Every metric of ours by its name, in the order in which they are written."""
OF_CONFERENCES = tuple(family.name for family in _OF_CONFERENCES)
"""The metrics that have a series for each conference, where that is asked for."""
