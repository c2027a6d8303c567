"""All that the requests of a node share: its conferences, its limits, and the PINs tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pexdash.node.limits import Limits
from pexdash.node.meeting import Meeting
from pexdash.node.pins import PinTries
from pexdash.node.refusals import participant_limit


@dataclass(frozen=True, slots=True)
class Premises:
    """The conferences of a node by alias; `most` participants fit into all of them together."""

    conferences: Mapping[str, Meeting]
    limits: Limits
    tries: PinTries
    most: int

    def make_room(self) -> None:
        """Refusal 403 where nobody else fits in."""
        if sum(one.people for one in self.conferences.values()) >= self.most:
            raise participant_limit()
