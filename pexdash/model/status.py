"""The properties of a conference as a whole."""

from __future__ import annotations

import msgspec


class Classification(msgspec.Struct, frozen=True):
    """The levels that a conference may be classified as, by number, and the one in force."""

    levels: dict[int, str] = {}
    current: int | None = None


class CryForHelp(msgspec.Struct, frozen=True):
    """Whether a breakout room asks for help, and since which Unix time; None where not told."""

    asks: bool = False
    since: float | None = None


class ClockFace(msgspec.Struct, frozen=True):
    """The clock over the video: what it shows, the seconds it began with, and words around it.

    Without a `kind` there is none.
    """

    kind: str = ""
    starting_value: float = 0.0
    prefix: str = ""
    suffix: str = ""


class ConferenceStatus(msgspec.Struct, frozen=True):
    """Properties of a conference (API guide, conference_update); every string is clean.

    Nodes tell more than is kept here. None where the node has not said, as nodes do not for what
    came after their version. `message_text` is the banner over the video, "" for none. The last
    seven are those of a breakout room; its `end_time` is a Unix time, 0 for none.
    """

    locked: bool | None = None
    guests_muted: bool | None = None
    started: bool | None = None
    guests_can_unmute: bool | None = None
    guests_can_present: bool | None = None
    presentation_allowed: bool | None = None
    live_captions_available: bool | None = None
    recording: bool | None = None
    transcribing: bool | None = None
    streaming: bool | None = None
    public_streaming: bool | None = None
    ai_enabled: bool | None = None
    classification: Classification | None = None
    message_text: str | None = None
    pinning_config: str | None = None
    chat_enabled: bool | None = None
    clock: ClockFace | None = None
    breakout: bool | None = None
    breakout_name: str | None = None
    breakout_description: str | None = None
    end_action: str | None = None
    end_time: float | None = None
    breakoutbuzz: CryForHelp | None = None
    breakout_guests_allowed_to_leave: bool | None = None

    def updated(self, sent: ConferenceStatus) -> ConferenceStatus:
        """This status with all that `sent` says in its place."""
        said = {name: value for name in _NAMES if (value := getattr(sent, name)) is not None}
        return msgspec.structs.replace(self, **said)

    def of_no_room(self) -> ConferenceStatus:
        """This status without what only a breakout room has."""
        return msgspec.structs.replace(self, **dict.fromkeys(_OF_ROOMS))

    def differences(self, other: ConferenceStatus) -> frozenset[str]:
        """The names of the properties in which the two differ."""
        return frozenset(name for name in _NAMES if getattr(self, name) != getattr(other, name))


_NAMES = ConferenceStatus.__struct_fields__
_OF_ROOMS = _NAMES[_NAMES.index("breakout") :]
