"""A breakout room: a conference within another, whose Hosts hear and may do everything in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from pexdash.node import snapshot
from pexdash.node.audience import Audience
from pexdash.node.conference import NodeConference
from pexdash.node.media_calls import NodeCall
from pexdash.node.moving import take_in
from pexdash.node.seating import Seating
from pexdash.node.wire.sent_events import event_id, json_bytes

Wants = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """What a Host asks of a new room.

    It ends after `duration` seconds, 0 for never. Then, and where a Host closes it, `end_action`
    decides whether its people go back ("transfer") or are disconnected ("disconnect").
    """

    name: str
    description: str = ""
    duration: float = 0
    end_action: str = "transfer"
    guests_allowed_to_leave: bool = True


class RoomAudience(Audience):
    """The streams of those who joined the room, and a relay to the Hosts of the main room."""

    def __init__(self, relay: Callable[[str, object, int, Wants | None], None]) -> None:
        super().__init__()
        self._relay = relay

    def send(
        self, event: str, data: object, wants: Wants | None = None, number: int | None = None
    ) -> None:
        number = self.reserve() if number is None else number
        super().send(event, data, wants, number)
        self._relay(event, data, number, wants)

    def send_views(
        self,
        event: str,
        view: Callable[[str], bool | None],
        data: Callable[[bool], object],
        number: int | None = None,
    ) -> None:
        number = self.reserve() if number is None else number
        super().send_views(event, view, data, number)
        self._relay(event, data(False), number, None)

    def tell(self, owner: str, event: str, data: object, number: int | None = None) -> None:
        if owner in self.listeners:
            super().tell(owner, event, data, number)
        else:
            number = self.reserve() if number is None else number
            self._relay(event, data, number, lambda one: one == owner)


class BreakoutRoom(NodeConference):
    """The room `uuid` of `main`, made as `plan` says.

    `hears` says of a uuid of the main room whether it is a Host who knows rooms, and of nobody once
    the room is closed; `closes` is called where a Host ends the room.

    Its events reach every Host of the main room as `breakout_event`, and those who joined the room
    with a token as what they are. Hosts of the main room act in it, and are in its roster under
    their own uuid while they have a media call in it.
    """

    def __init__(
        self,
        uuid: str,
        main: NodeConference,
        plan: RoomPlan,
        *,
        hears: Callable[[str], bool],
        closes: Callable[[str], None],
    ) -> None:
        settings = replace(
            main.settings,
            seed=UUID(uuid).int,
            participants=0,
            lively=False,
            started=True,
            rooms=(),
        )
        super().__init__(settings, main.clock, main.tokens.expires)
        self.uuid = uuid
        self.main = main
        self.plan = plan
        self.audience = RoomAudience(self._relay)
        self.seating = Seating(self.participants, self.audience, settings)
        self.tasks = main.tasks
        self.ends_at = self.clock.wall() + plan.duration if plan.duration else 0.0
        self.cry: dict[str, object] = {"value": False, "time": 0}
        self._hears = hears
        self._closes = closes

    def status(self) -> dict[str, object]:
        return {
            **super().status(),
            "breakout_rooms": False,
            "breakout": True,
            "breakout_name": self.plan.name,
            "breakout_description": self.plan.description,
            "end_action": self.plan.end_action,
            "end_time": self.ends_at,
            "breakoutbuzz": self.cry,
            "breakout_guests_allowed_to_leave": self.plan.guests_allowed_to_leave,
        }

    def is_in(self, uuid: str) -> bool:
        return super().is_in(uuid) or self._hears(uuid)

    def say(self, uuid: str, text: str, kind: str = "text/plain") -> None:
        """Send a line of somebody in the room, or of a Host of the main room, to the others."""
        sender = self.participants.get(uuid) or self.main.participants.get(uuid)
        if sender is not None:
            data = {"origin": sender.display_name, "type": kind, "payload": text, "uuid": uuid}
            self.audience.send(
                "message_received", data, lambda owner: owner != uuid and self.is_in(owner)
            )

    def is_client(self, uuid: str) -> bool:
        """Whether somebody in the room speaks to the node with a token: nobody plays them."""
        return self.tokens.has(uuid) or self.main.tokens.has(uuid)

    def add_call(self, call: NodeCall) -> None:
        """Take a media call in; by the first of theirs, a Host of the main room comes in."""
        if call.owner not in self.participants:
            host = self.main.participants[call.owner]
            take_in(self, host, host.role, host.uuid)
        super().add_call(call)

    def end_call(self, call: NodeCall, reason: str) -> None:
        """End a media call; with the last of theirs, a Host of the main room leaves."""
        super().end_call(call, reason)
        if call.owner in self.main.participants and not self.calls.of(call.owner):
            self.leave(call.owner)

    def end(self, reason: str = "") -> None:
        """Close the room; what becomes of its people, its plan says."""
        self._closes(self.uuid)

    def ask_for_help(self, asks: bool) -> None:
        """Ask the Hosts to come, or no more."""
        if asks is not self.cry["value"]:
            self.cry = {"value": asks, "time": self.clock.wall() if asks else 0}
            self.publish("conference_update", self.status())

    def introduce(self, host: str) -> None:
        """Tell a Host of the main room all that there is of this room, in a bracket of its own."""
        begins = {"breakout_uuid": self.uuid, "participant_uuid": host}
        self.main.audience.tell(host, "breakout_begin", begins)
        presenter = self.participants.get(self.presenting.presenter or "")
        layout = self.seating.usual(self.stage)
        told = snapshot.state(self.seen_by(host), self.stage, layout, presenter)
        self.main.audience.tell_list(
            host,
            (
                ("breakout_event", self._wrapped(event, data, self.audience.reserve()))
                for event, data in (("conference_update", self.status()), *told)
            ),
        )

    def _relay(self, event: str, data: object, number: int, wants: Wants | None) -> None:
        def hears(owner: str) -> bool:
            return self._hears(owner) and (wants is None or wants(owner))

        # That the room is over the Hosts learn from breakout_end: nobody disconnects them.
        if event != "disconnect":
            self.main.audience.send("breakout_event", self._wrapped(event, data, number), hears)

    def _wrapped(self, event: str, data: object, number: int) -> bytes:
        """The data of a `breakout_event`, as JSON; `data` in bytes is JSON already."""
        envelope = {"breakout_uuid": self.uuid, "event": event, "id": event_id(number)}
        text = data if isinstance(data, bytes) else json_bytes(data)
        return b'%b, "data": %b}' % (json_bytes(envelope)[:-1], text)
