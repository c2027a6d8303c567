"""The state of one conference, and the only code that changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pexdash.model.captions import Caption, Captions
from pexdash.model.changes import Changes
from pexdash.model.chat import Chat, Message
from pexdash.model.events import (
    BreakoutBegun,
    BreakoutEnded,
    BreakoutHeard,
    BreakoutReferred,
    CaptionHeard,
    ConferenceUpdated,
    Event,
    HoldChanged,
    LayoutChanged,
    MessageReceived,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    PresentationEnded,
    PresentationFrame,
    PresentationStarted,
    PresentationStopped,
    ReferCancelled,
    Referred,
    Speaker,
    SplashChanged,
    StageUpdated,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.people import People
from pexdash.model.status import ConferenceStatus

MOST_ROOMS = 100
_MACHINE_TEXT = "application/json"
"""The type of messages that programs send each other, and nobody reads."""


class Conference(People):
    """Everything the node said of one conference.

    `apply` takes an event and a Unix time and returns what it changed. `rooms` are its breakout
    rooms by uuid, each with people of its own; a node tells a Host of all of them, and a Guest of
    the one they are in.
    """

    def __init__(self, alias: str, *, keeps_sources: bool = False) -> None:
        super().__init__(keeps_sources=keeps_sources)
        self.chat = Chat()
        self._begin(alias)

    def _begin(self, alias: str) -> None:
        """Know nothing yet of the conference `alias`."""
        self.alias = alias
        self._begin_people()
        self.status = ConferenceStatus()
        self.speakers: tuple[Speaker, ...] = ()
        self.layout: LayoutChanged | None = None
        self.presentation: PresentationStarted | None = None
        self.captions = Captions()
        self.rooms: dict[str, BreakoutRoom] = {}
        self.referral: Referred | None = None
        """Where the node has sent us and we have not gone yet."""
        self.room_referral: BreakoutReferred | None = None
        """The breakout room that somebody asks us into."""
        self.on_hold = False
        """Whether the node has put us on hold."""
        self.splash = SplashChanged()
        """The screen that is shown instead of the video."""
        self.frame_id = ""
        """The event id of the newest presentation frame, "" while there is none."""

    def apply(self, event: Event, now: float, changes: Changes | None = None) -> Changes:
        """Take one event that came at Unix time `now`, and add what it changed to `changes`.

        An event that says nothing of the conference changes nothing.
        """
        changes = Changes() if changes is None else changes
        if (handler := _HANDLERS.get(type(event))) is not None:
            handler(self, event, now, changes)
        return changes

    def become(self, uuid: str) -> None:
        """We are `uuid` from now on; the roster may still show who we were before.

        Nobody has put who we are now on hold, or asked them to go anywhere, and they may be in
        another room.
        """
        if self.me and self.me != uuid:
            self.referral = self.room_referral = None
            self.on_hold, self.splash = False, SplashChanged()
            self.status = self.status.of_no_room()
        super().become(uuid)

    def move_to(self, alias: str, now: float) -> Changes:
        """Become the conference `alias`, of which nothing is known yet; the chat stays to be read.

        The roster is empty until the next list, which is the first one.
        """
        changes, before = self.replace_participants((), now), self.status
        for room in self.rooms:
            changes.of_room(room).own = True
        self._begin(alias)
        changes.conference = self.status.differences(before)
        changes.own = changes.stage = changes.layout = changes.presentation = True
        return changes

    def drop_sync(self) -> None:
        """Forget lists that were cut off; the rosters stay as they were."""
        self._shadow = None
        for room in self.rooms.values():
            room.drop_sync()

    def add_own_message(self, text: str, now: float, to: str = "") -> Changes:
        """Add a line of ours, for one person or for all, that the node has accepted.

        Most nodes do not echo it.
        """
        me, other = self.participants.get(self.me), self.participants.get(to)
        name = me.name if me else "you"
        whom = other.name if other else to
        message = Message(now, name, self.me, text, own=True, direct=bool(to), to=whom)
        return Changes(messages=[message] if self.chat.add(message, sent=True) else [])

    def _begin_sync(self, event: SyncBegun, now: float, changes: Changes) -> None:
        super()._begin_sync(event, now, changes)
        for uuid, room in list(self.rooms.items()):
            # A room that this whole stream was silent about is over since before it.
            if not room.is_heard:
                del self.rooms[uuid]
                changes.of_room(uuid).own = True
            room.is_heard = False

    def _update_conference(self, event: ConferenceUpdated, now: float, changes: Changes) -> None:
        old, self.status = self.status, self.status.updated(event.sent)
        changes.conference |= self.status.differences(old)

    def _update_stage(self, event: StageUpdated, now: float, changes: Changes) -> None:
        old, self.speakers = self.speakers, event.speakers
        changes.stage |= old != self.speakers

    def _change_layout(self, event: LayoutChanged, now: float, changes: Changes) -> None:
        old, self.layout = self.layout, event
        changes.layout |= old != event

    def _receive_message(self, event: MessageReceived, now: float, changes: Changes) -> None:
        if event.kind == _MACHINE_TEXT:
            return
        sender = self.participants.get(event.uuid)
        message = Message(
            now,
            sender.name if sender else event.origin,
            event.uuid,
            event.payload,
            own=bool(event.uuid) and event.uuid == self.me,
            known=sender is not None,
            direct=event.direct,
        )
        if self.chat.add(message):
            changes.messages.append(message)

    def _start_presentation(self, event: PresentationStarted, now: float, changes: Changes) -> None:
        revoked = not (event.name or event.uri or event.uuid)
        self._set_presentation(None if revoked else event, changes)

    def _stop_presentation(self, event: Event, now: float, changes: Changes) -> None:
        self._set_presentation(None, changes)

    def _set_presentation(self, presentation: PresentationStarted | None, changes: Changes) -> None:
        old, self.presentation = self.presentation, presentation
        if presentation is None:
            self.frame_id = ""
        changes.presentation |= old != presentation

    def _take_frame(self, event: PresentationFrame, now: float, changes: Changes) -> None:
        self.frame_id = event.id
        changes.frame = True

    def _hear_room(self, event: BreakoutHeard, now: float, changes: Changes) -> None:
        if (room := self._room(event.room, changes)) is not None:
            room.apply(event.event, now, changes.of_room(event.room))

    def _begin_room(self, event: BreakoutBegun, now: float, changes: Changes) -> None:
        if (room := self._room(event.room, changes)) is not None:
            if event.uuid:
                room.become(event.uuid)
            changes.of_room(event.room).own = True
        if self.room_referral is not None and self.room_referral.room == event.room:
            self.room_referral = None

    def _end_room(self, event: BreakoutEnded, now: float, changes: Changes) -> None:
        if self.rooms.pop(event.room, None) is not None:
            changes.of_room(event.room).own = True
        if self.room_referral is not None and self.room_referral.room == event.room:
            self.room_referral = None
            changes.own = True

    def _room(self, uuid: str, changes: Changes) -> BreakoutRoom | None:
        """The room, new where it is not known; None where there are too many."""
        room = self.rooms.get(uuid)
        if room is None:
            if len(self.rooms) >= MOST_ROOMS:
                return None
            room = self.rooms[uuid] = BreakoutRoom(uuid, keeps_sources=self.keeps_sources)
        if not room.is_heard:
            room.is_heard = True
            changes.of_room(uuid).own = True
        return room

    def _take_referral(self, event: Referred, now: float, changes: Changes) -> None:
        self.referral, changes.own = event, True

    def _drop_referral(self, event: ReferCancelled, now: float, changes: Changes) -> None:
        self.referral = self.room_referral = None
        changes.own = True

    def _take_room_referral(self, event: BreakoutReferred, now: float, changes: Changes) -> None:
        self.room_referral, changes.own = event, True

    def _hold(self, event: HoldChanged, now: float, changes: Changes) -> None:
        self.on_hold, changes.own = event.on_hold, True

    def _show_splash(self, event: SplashChanged, now: float, changes: Changes) -> None:
        self.splash, changes.own = event, True

    def _hear_caption(self, event: CaptionHeard, now: float, changes: Changes) -> None:
        caption = Caption(now, event.text, event.language, event.speakers)
        changes.captions |= self.captions.hear(caption, is_final=event.is_final)


class BreakoutRoom(Conference):
    """A breakout room: a conference of its own, whose alias is its uuid and `me` our uuid in it.

    `is_heard` is False from a new list of the conference until the node tells something of the
    room: it may be over.
    """

    is_heard = False

    @property
    def uuid(self) -> str:
        return self.alias

    @property
    def name(self) -> str:
        """Its name, or the first part of its uuid where the node has not told it."""
        return self.status.breakout_name or self.alias[:8]

    @property
    def asks_for_help(self) -> bool:
        """Whether the people in it ask for a Host."""
        cry = self.status.breakoutbuzz
        return cry is not None and cry.asks

    def ends_in(self, now: float) -> float | None:
        """Seconds until it ends by itself; None where it does not, or the node has not said."""
        end = self.status.end_time
        return max(end - now, 0.0) if end else None


_Handler = Callable[[Conference, Any, float, Changes], None]

_HANDLERS: dict[type, _Handler] = {
    ParticipantCreated: Conference._put,
    ParticipantUpdated: Conference._put,
    ParticipantDeleted: Conference._delete,
    SyncBegun: Conference._begin_sync,
    SyncEnded: Conference._end_sync,
    ConferenceUpdated: Conference._update_conference,
    StageUpdated: Conference._update_stage,
    LayoutChanged: Conference._change_layout,
    MessageReceived: Conference._receive_message,
    PresentationFrame: Conference._take_frame,
    PresentationStarted: Conference._start_presentation,
    PresentationStopped: Conference._stop_presentation,
    PresentationEnded: Conference._stop_presentation,
    BreakoutHeard: Conference._hear_room,
    BreakoutBegun: Conference._begin_room,
    BreakoutEnded: Conference._end_room,
    BreakoutReferred: Conference._take_room_referral,
    Referred: Conference._take_referral,
    ReferCancelled: Conference._drop_referral,
    HoldChanged: Conference._hold,
    SplashChanged: Conference._show_splash,
    CaptionHeard: Conference._hear_caption,
}
