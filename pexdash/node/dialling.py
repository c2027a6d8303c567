"""Calls out of a conference: they ring, and are answered, rejected or given up (dial)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pexdash.node.conference import NodeConference

Outcome = Literal["answered", "rejected", "timeout"]
RINGS_FOR = 30.0


def call_out(
    conference: NodeConference,
    destination: str,
    *,
    protocol: str,
    role: str,
    name: str | None,
    answer_after: float | None,
    outcome: Outcome,
) -> str:
    """Put a connecting participant into the roster, ring, and return its uuid."""
    uri = f"sip:{destination}" if protocol == "sip" and ":" not in destination else destination
    one = conference.join(
        name or destination,
        role=role,
        protocol=protocol,
        uri=uri,
        service_type="connecting",
        call_direction="out",
        start_time=None,
    )
    conference.tasks.start(_ring(conference, one.uuid, answer_after, outcome))
    return one.uuid


async def _ring(
    conference: NodeConference, uuid: str, answer_after: float | None, outcome: Outcome
) -> None:
    never = outcome == "timeout" or answer_after is None or answer_after >= RINGS_FOR
    await conference.clock.sleep(RINGS_FOR if never or answer_after is None else answer_after)
    if never or outcome == "rejected":
        conference.leave(uuid)
    else:
        conference.update(uuid, service_type="conference", start_time=conference.clock.wall())
