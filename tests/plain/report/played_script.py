"""Plays a script to a feed that is recorded, as a node would tell it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from pexdash.model.participant import Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.record_place import DatedFiles
from pexdash.session.feed.recording import Recording
from pexdash.session.feed.told import Acted, Line, Me
from tests.manual_clock import ManualClock
from tests.plain.report.scripted_meeting import (
    END,
    GAP,
    LOCKED,
    TICK,
    Guest,
    Script,
    Stay,
    holds,
)
from tests.session.recorded_feed import event

ALIAS = "meet.alice@example.com"
STARTED = 1_770_076_800.0 - 1000
"""Shortly before midnight UTC, so that one file follows another."""
ME = {"uuid": "a11ce", "display_name": "Alice", "protocol": "api", "role": "chair"}
OUR_ADMISSIONS = (1,)
"""The guests whom we let in; others do so with the rest."""


def moment(tick: int) -> float:
    return STARTED + tick * TICK


def participant(guest: Guest, stay: Stay, tick: int) -> dict[str, object]:
    """Somebody as the node tells of them."""
    hand = next((began for began, ended in stay.hands if began <= tick < ended), None)
    return {
        "uuid": stay.uuid,
        "display_name": guest.name,
        "uri": guest.uri,
        "role": guest.role,
        "protocol": "webrtc",
        "has_media": True,
        "service_type": "conference" if stay.is_in(tick) else "waiting_room",
        "is_muted": "YES" if holds(stay.muted, tick) else "NO",
        "is_on_hold": holds(stay.held, tick),
        "is_presenting": "YES" if holds(stay.presents, tick) else "NO",
        "spotlight": moment(tick) if holds(stay.spotlit, tick) else 0,
        "buzz_time": moment(hand) if hand is not None else 0,
    }


class Player:
    """Tells a feed what differs from one tick to the next."""

    def __init__(self, script: Script, folder: Path) -> None:
        self._script = script
        self._clock = ManualClock(wall=STARTED)
        self._feed = Feed(ALIAS, self._clock)
        self._recording = Recording(
            DatedFiles(folder, ALIAS), self._feed, node=lambda: "node", say=lambda _: None
        )
        self._feed.on_told(self._recording.told)
        self._people: dict[str, dict[str, object]] = {}
        self._voices: set[str] = set()
        self._is_locked = self._presents = False

    async def play(self) -> None:
        """Play the whole meeting, and close the recording."""
        self._feed.tell(Me("a11ce", Role.HOST))
        self._come_live()
        for before, tick in pairwise(self._script.moments):
            await self._clock.leap((tick - before) * TICK)
            if tick == END:
                break
            if tick == GAP[0]:
                self._feed.tell(Line(LinkState.LOST, "the node ended the stream"))
            elif tick == GAP[1]:
                self._come_live()
            elif not GAP[0] < tick < GAP[1]:
                self._tell(tick)
        self._event("disconnect", {"reason": "Conference host ended the conference"})
        self._feed.tell(Line(LinkState.ENDED))
        self._recording.close()

    def _event(self, name: str, data: object = None) -> None:
        self._feed.tell(event(name, "" if data is None else json.dumps(data)))

    def _come_live(self) -> None:
        tick = round((self._clock.wall() - STARTED) / TICK)
        self._feed.tell(Line(LinkState.LIVE))
        self._event("participant_sync_begin")
        self._people = self._now(tick)
        for one in (ME, *self._people.values()):
            self._event("participant_create", one)
        self._event("participant_sync_end")
        self._tell(tick)

    def _now(self, tick: int) -> dict[str, dict[str, object]]:
        there = [(guest, stay) for guest, stay in self._script.stays if stay.is_there(tick)]
        now = {}
        for guest, stay in there:
            fields = participant(guest, stay, tick)
            earlier = self._people.get(stay.uuid, {})
            if fields["spotlight"] and earlier.get("spotlight"):
                fields["spotlight"] = earlier["spotlight"]
            now[stay.uuid] = fields
        return now

    def _tell(self, tick: int) -> None:
        self._tell_people(tick)
        is_locked, presents = holds([LOCKED], tick), self._presenter(tick) is not None
        if is_locked is not self._is_locked or tick == 0:
            self._event("conference_update", {"locked": is_locked})
            self._is_locked = is_locked
        if presents is not self._presents:
            self._event(*self._presentation(tick))
            self._presents = presents
        voices = {stay.uuid for _, stay in self._script.stays if stay.is_heard(tick)}
        if voices != self._voices:
            self._voices = voices
            stage = [
                {"participant_uuid": uuid, "stage_index": at, "vad": 100}
                for at, uuid in enumerate(sorted(voices))
            ]
            self._event("stage", stage)
        for guest in self._script.guests:
            for _ in range(guest.chat.count(tick)):
                line = {"origin": guest.name, "type": "text/plain", "payload": f"@{tick}"}
                self._event("message", {**line, "uuid": guest.stays[0].uuid})

    def _tell_people(self, tick: int) -> None:
        before, self._people = self._people, self._now(tick)
        for uuid in before.keys() - self._people.keys():
            self._event("participant_delete", {"uuid": uuid})
        for number, guest in enumerate(self._script.guests):
            for stay in guest.stays:
                if stay.waits is not None and stay.joined == tick and number in OUR_ADMISSIONS:
                    admitted = Acted(moment(tick), "Admit", "unlock", "done", uuid=stay.uuid)
                    self._recording.told(admitted)
        for uuid, fields in self._people.items():
            if uuid not in before:
                self._event("participant_create", fields)
            elif fields != before[uuid]:
                self._event("participant_update", fields)

    def _presenter(self, tick: int) -> Stay | None:
        stays = (stay for _, stay in self._script.stays)
        return next((stay for stay in stays if holds(stay.presents, tick)), None)

    def _presentation(self, tick: int) -> tuple[str, object]:
        if (stay := self._presenter(tick)) is None:
            return "presentation_stop", None
        return "presentation_start", {"presenter_name": "x", "presenter_uuid": stay.uuid}
