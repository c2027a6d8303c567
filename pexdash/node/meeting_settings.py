"""What a Host sets once a meeting, as the node keeps it, and as clients are told of it."""

from __future__ import annotations

from dataclasses import dataclass

from pexdash.node.settings import ConferenceSettings
from pexdash.node.silent_video import SilentVideo


@dataclass(slots=True)
class MeetingSettings:
    """What is in force beside `settings`; `level` is a place in its levels, None without any.

    `banner_time` is the Unix time at which the banner was set, and `clock` what was last asked of
    set_clock, None before that. Nodes tell nobody of `silent_video`.
    """

    settings: ConferenceSettings
    guests_can_unmute: bool
    guests_can_present: bool
    level: int | None = None
    banner: str = ""
    banner_time: float = 0
    pinning_config: str = ""
    clock: dict[str, object] | None = None
    silent_video: SilentVideo | None = None

    @classmethod
    def of(cls, settings: ConferenceSettings) -> MeetingSettings:
        """The settings with which a conference begins: the first of its levels is in force."""
        return cls(
            settings,
            settings.guests_can_unmute,
            settings.guests_can_present,
            level=0 if settings.classification_levels else None,
        )

    def may_present(self, role: str) -> bool:
        """Whether somebody of that role may present."""
        return role == "chair" or self.guests_can_present

    def classification(self) -> dict[str, object]:
        """The result of get_classification_level, and the field of conference_update."""
        levels = {
            str(number): name for number, name in enumerate(self.settings.classification_levels)
        }
        return {"levels": levels, "current": self.level}

    def status(self) -> dict[str, object]:
        """Its share of the data of conference_update."""
        told: dict[str, object] = {
            "guests_can_unmute": self.guests_can_unmute,
            "guests_can_present": self.guests_can_present,
            "live_captions_available": self.settings.live_captions,
            "classification": self.classification(),
            "message_text": self.banner or None,
            "pinning_config": self.pinning_config,
        }
        return told if self.clock is None else {**told, "clock": self.clock}
