"""All that the requests of a node share: conferences, limits, sign-ins, and the PINs tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pexdash.node.conference import NodeConference
from pexdash.node.limits import Limits
from pexdash.node.pins import PinTries
from pexdash.node.refusals import participant_limit
from pexdash.node.sign_ins import SignIns


@dataclass(frozen=True, slots=True)
class Premises:
    """The conferences of a node by alias; `most` participants fit into all of them together."""

    conferences: Mapping[str, NodeConference]
    limits: Limits
    tries: PinTries
    most: int
    sign_ins: SignIns

    def make_room(self) -> None:
        """Refusal 403 where nobody else fits in."""
        if sum(len(one.participants) for one in self.conferences.values()) >= self.most:
            raise participant_limit()
