"""One conference as the node keeps it, and everything that may be done to it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from pexdash.clock import Clock, SystemClock
from pexdash.node import snapshot
from pexdash.node.audience import Audience
from pexdash.node.dial_out import DialOut
from pexdash.node.media_calls import PRESENTATION_ENDED, RTMP, STOLEN, NodeCall, NodeCalls
from pexdash.node.meeting_settings import MeetingSettings
from pexdash.node.participant import NodeParticipant, make_uuid, protocol_fields
from pexdash.node.people import address_of, in_plain_letters
from pexdash.node.presenting import EndedPresentation, Presenting
from pexdash.node.seating import Seating
from pexdash.node.settings import ConferenceSettings
from pexdash.node.stage import Stage
from pexdash.node.tasks import Tasks
from pexdash.node.tokens import Tokens

ENDED_BY_HOST = "Conference terminated by another participant"
FRAME = "presentation_frame"
MOST_DIGITS_NOTED = 1000


class NodeConference:
    """The state of a conference and its drive methods; each publishes the events it causes.

    A method does nothing where it names a participant who is gone: people leave while others act.
    `dtmf_log` holds (participant, call or "", digits). `dialled` holds what was asked of each
    dial-out that is there, and `came_by` the alias of the Virtual Reception a client came by.
    """

    def __init__(
        self, settings: ConferenceSettings, clock: Clock | None = None, expires: float = 120.0
    ) -> None:
        self.settings = settings
        self.alias = settings.alias
        self.clock: Clock = clock or SystemClock()
        self.participants: dict[str, NodeParticipant] = {}
        self.locked = False
        self.guests_muted = False
        self.started = settings.started
        self.in_force = MeetingSettings.of(settings)
        self.dtmf_log: list[tuple[str, str, str]] = []
        self.dialled: dict[str, DialOut] = {}
        self.came_by: dict[str, str] = {}
        self.stage = Stage()
        self.calls = NodeCalls()
        self.presenting = Presenting(self.calls, f"{settings.seed} {settings.alias}")
        self.audience = Audience()
        self.seating = Seating(self.participants, self.audience, settings)
        self.tasks = Tasks()
        self.tokens = Tokens(
            random.Random(f"{settings.seed} {settings.alias}"), self.clock, expires
        )
        self._rng = random.Random(settings.seed)
        self._expiring = False

    def join(
        self,
        name: str,
        *,
        role: str = "guest",
        protocol: str = "webrtc",
        uri: str | None = None,
        waiting: bool = False,
        **fields: object,
    ) -> NodeParticipant:
        """Let someone join; a Guest waits where the conference is locked or has not started."""
        uuid = str(fields.pop("uuid", "") or make_uuid(self._rng))
        one = NodeParticipant(
            uuid=uuid,
            display_name=name,
            overlay_text=name,
            uri=address_of(name, protocol) if uri is None else uri,
            local_alias=self.alias,
            role=role,
            protocol=protocol,
            start_time=self.clock.wall(),
            service_type=self.settings.service_type,
        )
        one.change(protocol_fields(protocol))
        if waiting or (role != "chair" and (self.locked or not self.started)):
            one.service_type = "waiting_room"
        if role != "chair" and self.guests_muted:
            one.is_muted = "YES"
        one.change(fields)
        self.participants[uuid] = one
        self.stage.note_spotlight(one)
        self._announce("participant_create", one)
        self._settle(one)
        return one

    def update(self, uuid: str, **fields: object) -> None:
        """Change wire fields of a participant; publishes participant_update if any changed."""
        one = self.participants.get(uuid)
        if one is None:
            return
        waited = one.waiting
        if not one.change(fields):
            return
        self.stage.note_spotlight(one)
        self._announce("participant_update", one)
        if waited and not one.waiting:
            self._send_state(uuid)
        if self._mind_stage(one):
            self._publish_stage()
        self._settle(one)

    def leave(self, uuid: str) -> None:
        """Let a participant leave, and end its token and its stream."""
        one = self.participants.get(uuid)
        if one is None:
            return
        self.calls.remove_all(uuid)
        if self.presenting.presenter == uuid:
            self.stop_presenting()
        self._announce_gone(one)
        one.spotlight = 0
        self.stage.note_spotlight(one)
        for kept in (self.participants, self.dialled, self.came_by):
            kept.pop(uuid, None)
        self.tokens.drop(uuid)
        self.audience.end(uuid)
        if self.stage.drop(uuid):
            self._publish_stage()
        self._arrange()

    def remove(self, uuid: str, reason: str) -> None:
        """Remove a participant, after a `disconnect` with `reason` on its own stream."""
        self.audience.tell(uuid, "disconnect", {"reason": reason})
        self.leave(uuid)

    def admit(self, uuid: str) -> None:
        """Admit someone from the waiting room; does nothing for one who does not wait."""
        one = self.participants.get(uuid)
        if one is not None and one.waiting:
            self.update(uuid, service_type=self.settings.service_type)

    def change_role(self, uuid: str, role: str) -> None:
        """Make someone "chair" or "guest"; a client is told to refresh its token."""
        one = self.participants.get(uuid)
        if one is None or one.role == role:
            return
        self.update(uuid, role=role)
        if self.settings.lecture:
            self.publish_layout()
        if self.tokens.has(uuid):
            self.audience.tell(uuid, "refresh_token", None)
        if role == "chair":
            self.admit(uuid)

    def say(self, uuid: str, text: str, kind: str = "text/plain") -> None:
        """Send a chat line to everybody who is in, except its sender."""
        sender = self.participants.get(uuid)
        if sender is None:
            return
        data = {"origin": sender.display_name, "type": kind, "payload": text, "uuid": uuid}
        self.audience.send(
            "message_received", data, lambda owner: owner != uuid and self.is_in(owner)
        )

    def speak(self, vads: dict[str, int]) -> None:
        """Set the voices of this moment (0 to 100); whoever is not named is silent."""
        voices = {
            uuid: vad
            for uuid, vad in vads.items()
            if uuid in self.participants and self.participants[uuid].can_speak
        }
        if self.stage.hear(voices):
            self._publish_stage()
            self._arrange()

    def present(self, uuid: str) -> None:
        """Let someone present, in place of whoever did."""
        one = self.participants.get(uuid)
        if one is None or self.presenting.presenter == uuid:
            return
        before = self.presenting.begin(uuid, in_plain_letters(one.display_name, one.uri))
        if before is not None:
            self.update(before.presenter, is_presenting="NO")
        self.update(uuid, is_presenting="YES")
        self._tell_those_in(*snapshot.presentation(one))
        self.turn_page()
        self._publish_ended(before, STOLEN)

    def turn_page(self) -> None:
        """Show the next page of the presentation (presentation_frame)."""
        number = self.audience.reserve()
        self.presenting.slides.turn(number)
        self.audience.send(FRAME, {}, self.is_in, number)

    def stop_presenting(self) -> None:
        """Let nobody present any more."""
        before = self.presenting.end()
        if before is not None:
            self.update(before.presenter, is_presenting="NO")
            self._tell_those_in(*snapshot.presentation(None))
            self._publish_ended(before, PRESENTATION_ENDED)

    def add_call(self, call: NodeCall) -> None:
        """Take a media call in; a WebRTC call has no media until it is connected (ack)."""
        self.calls.add(call)
        if call.kind == RTMP:
            self.connect_call(call)

    def connect_call(self, call: NodeCall) -> None:
        """Let media flow: its owner can be seen and heard, or presents."""
        call.connected = True
        if call.presents:
            self.present(call.owner)
        self._show_media(call.owner)

    def end_call(self, call: NodeCall, reason: str) -> None:
        """End a media call; where its owner presents by it, the presentation ends too."""
        if not self.calls.remove(call):
            return
        self._publish_ended_call(call, reason)
        gone = call.present == "send" or not self.calls.can_present(call.owner)
        if gone and self.presenting.presenter == call.owner:
            self.stop_presenting()

    def note_dtmf(self, uuid: str, digits: str, call_uuid: str = "") -> None:
        """Note digits for a participant or one of its calls; nothing else happens."""
        self.dtmf_log.append((uuid, call_uuid, digits))
        del self.dtmf_log[:-MOST_DIGITS_NOTED]

    def publish(self, event: str, data: object) -> None:
        """Send any event at all to every stream."""
        self.audience.send(event, data)

    def roster(self) -> list[dict[str, object]]:
        """Every participant's wire object, in order of arrival."""
        return [one.wire() for one in self.participants.values()]

    def status(self) -> dict[str, object]:
        """The data of conference_update and the result of conference_status."""
        return snapshot.status(
            locked=self.locked,
            guests_muted=self.guests_muted,
            started=self.started,
            in_force=self.in_force,
        )

    def seen_by(self, uuid: str) -> list[bytes]:
        """The JSON of all as a participant sees them, or of itself alone while it waits."""
        is_in, guest, people = self.is_in(uuid), self._is_guest(uuid), self.participants.values()
        return [one.wire_json(to_guest=guest) for one in people if is_in or one.uuid == uuid]

    def greet(self, uuid: str) -> None:
        """Send what a new stream starts with (API guide, Server-sent events)."""
        self.audience.tell(uuid, "hello", None)
        self.audience.tell(uuid, "conference_update", self.status())
        self._send_state(uuid)

    def set_locked(self, locked: bool) -> None:
        """Lock the conference, or unlock it and admit everybody who waits."""
        if locked != self.locked:
            self.locked = locked
            self.publish("conference_update", self.status())
            self._admit_all()

    def start(self) -> None:
        """Begin the meeting; waiting Guests come in unless it is locked."""
        if not self.started:
            self.started = True
            self.publish("conference_update", self.status())
            self._admit_all()

    def mute_guests(self, muted: bool) -> None:
        """Mute or unmute all Guests, those to come included."""
        if muted != self.guests_muted:
            self.guests_muted = muted
            self.publish("conference_update", self.status())
        for one in list(self.participants.values()):
            if one.role != "chair":
                self.update(one.uuid, is_muted="YES" if muted else "NO")

    def set_for_all(self, **values: Any) -> None:
        """Change settings of the meeting (`MeetingSettings`) by name."""
        before, self.in_force = self.in_force, replace(self.in_force, **values)
        if self.in_force != before:
            self.publish("conference_update", self.status())

    def end(self, reason: str = ENDED_BY_HOST) -> None:
        """Disconnect everyone; whoever joins next finds the conference as it was configured."""
        self.publish("disconnect", {"reason": reason})
        self.audience.end_all()
        self.tokens.clear()
        self.calls.clear()
        self.presenting.end()
        for kept in (self.participants, self.dialled, self.came_by):
            kept.clear()
        self.stage = Stage()
        self.seating.begin_anew()
        self.locked = self.guests_muted = False
        self.started = self.settings.started
        self.in_force = MeetingSettings.of(self.settings)

    def hand_token(self, uuid: str) -> str:
        """Give a client its first token; it leaves where it does not refresh the token."""
        token = self.tokens.issue(uuid)
        if not self._expiring:
            self._expiring = True
            self.tasks.start(self._watch_tokens())
        return token

    async def _watch_tokens(self) -> None:
        while (uuid := self.tokens.next_to_expire()) is not None:
            left = self.tokens.left(uuid) or 0
            if left > 0:
                await self.clock.sleep(left)
            else:
                self.leave(uuid)
                self.tokens.drop(uuid)
        self._expiring = False

    def _send_state(self, uuid: str) -> None:
        """Send a client the state of the conference, as far as it gets to see it."""
        is_in = self.is_in(uuid)
        presenter = self.participants.get(self.presenting.presenter or "") if is_in else None
        stage = self.stage if is_in else None
        layout = self.seating.shown_to(self.participants.get(uuid), self.stage)
        state = snapshot.state(self.seen_by(uuid), stage, layout, presenter)
        self.audience.tell_list(uuid, state)
        current = self.presenting.slides.current
        if is_in and current is not None:
            self.audience.tell(uuid, FRAME, {}, current)

    def _publish_ended(self, presentation: EndedPresentation | None, reason: str) -> None:
        for call in presentation.calls if presentation is not None else ():
            self._publish_ended_call(call, reason)

    def _publish_ended_call(self, call: NodeCall, reason: str) -> None:
        """Tell its owner why a call has ended (API guide, call_disconnected)."""
        data = {"call_uuid": call.uuid, "reason": reason}
        self.audience.tell(call.owner, "call_disconnected", data)
        self._show_media(call.owner)

    def _show_media(self, owner: str) -> None:
        """Show whether a client has media: it has while a main call of it is connected."""
        one = self.participants.get(owner)
        if one is None or one.protocol != "api":
            return
        self.update(owner, **self.calls.shown_of(owner))

    def _mind_stage(self, one: NodeParticipant) -> bool:
        if not one.seated:
            return self.stage.drop(one.uuid)
        return not one.can_speak and self.stage.silence(one.uuid)

    def _settle(self, one: NodeParticipant) -> None:
        if one.role == "chair" and one.seated:
            self.start()
        self._arrange()

    def _admit_all(self) -> None:
        if self.started and not self.locked:
            for uuid in [one.uuid for one in self.participants.values() if one.waiting]:
                self.admit(uuid)

    def _arrange(self) -> None:
        if self.seating.arrange(self.stage):
            self.publish_layout()

    def publish_layout(self) -> None:
        """Tell those who are in what layout they are shown."""
        self.seating.publish(self.stage, self.is_in)

    def _publish_stage(self) -> None:
        self._tell_those_in("stage", self.stage.stage_data())

    def _announce(self, event: str, one: NodeParticipant) -> None:
        def view(owner: str) -> bool | None:
            return self._is_guest(owner) if owner == one.uuid or self.is_in(owner) else None

        self.audience.send_views(event, view, lambda guest: one.wire_json(to_guest=guest))

    def _is_guest(self, uuid: str) -> bool:
        return uuid in self.participants and self.participants[uuid].role != "chair"

    def _announce_gone(self, one: NodeParticipant) -> None:
        self.audience.send(
            "participant_delete",
            {"uuid": one.uuid},
            lambda owner: owner != one.uuid and self.is_in(owner),
        )

    def _tell_those_in(self, event: str, data: object) -> None:
        self.audience.send(event, data, self.is_in)

    def is_in(self, uuid: str) -> bool:
        """Whether a participant is there and not in the waiting room."""
        one = self.participants.get(uuid)
        return one is not None and not one.waiting
