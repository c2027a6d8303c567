"""What an alarm is called, and how much it matters."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """How much an alarm matters; the values are the words in settings and labels.

    Information never rings and needs no acknowledgement.
    """

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for what comes first."""
        return _RANKS[self]


_RANKS = {severity: at for at, severity in enumerate(Severity)}


class ConferenceKey(NamedTuple):
    """A conference: its cluster, "" where there is none, and its alias in lower case.

    The alias is "" for what is about a whole cluster, such as its nodes.
    """

    cluster: str
    alias: str


EVERYWHERE = ConferenceKey("", "")
"""What is about this program and no conference."""


class AlarmKey(NamedTuple):
    """The identity of an alarm: the same again is the same alarm, on whatever node.

    `subject` tells alarms of one rule apart: an address, a uuid, a node, or "" where a rule has one
    alarm in a conference.
    """

    rule: str
    conference: ConferenceKey
    subject: str = ""
