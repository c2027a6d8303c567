"""The words by which a wall is narrowed."""

from __future__ import annotations

from msgspec import Struct

from pexdash.model.grammar import Grammar
from pexdash.model.line import LineState
from pexdash.model.summary import Summary


class Found(Struct, frozen=True):
    """A conference as a filter sees it."""

    label: str
    alias: str
    cluster: str
    summary: Summary
    has_alarm: bool
    is_unacked: bool


def wall_grammar() -> Grammar[Found]:
    """The grammar of the wall's filter; plain words are looked for in label and alias."""
    return Grammar(
        lambda one: (one.label, one.alias),
        {
            "is": {
                "alarm": lambda one: one.has_alarm,
                "unacked": lambda one: one.is_unacked,
                "live": lambda one: one.summary.line is LineState.LIVE,
                "stale": lambda one: one.summary.line is LineState.LOST,
                "refused": lambda one: one.summary.line is LineState.REFUSED,
                "waiting": lambda one: one.summary.waiting > 0,
                "empty": lambda one: not one.summary.people,
                "locked": lambda one: one.summary.locked,
                "recorded": lambda one: one.summary.recording,
            }
        },
        {
            "node": lambda one: one.summary.node.casefold(),
            "cluster": lambda one: one.cluster.casefold(),
        },
    )
