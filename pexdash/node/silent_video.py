"""Silent video detection: who has not been heard for a while counts as not in the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

LOOK_SECONDS = 1.0
"""How often the voices are looked at."""
_SILENT_AFTER, _REACTIVATE_AFTER = 20.0, 1.0


@dataclass(slots=True)
class SilentVideo:
    """How long silence and speech must last, in seconds, until a video goes and comes back.

    With `require_no_faces` no video goes: everybody in the meetings of this node shows a face.
    """

    enable: bool
    silent_after: float
    reactivate_after: float
    require_no_faces: bool
    silent: set[str] = field(default_factory=set)
    """The uuids of those whose video is gone."""
    _lasting: Counter[tuple[str, bool]] = field(default_factory=Counter)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> SilentVideo:
        """The detection that the body of silent_video_detection asks for."""
        return cls(
            config.get("enable") is True,
            float(config.get("silent_after", _SILENT_AFTER)),
            float(config.get("reactivate_after", _REACTIVATE_AFTER)),
            config.get("require_no_faces") is True,
        )

    def look(self, people: Collection[str], speaking: Collection[str]) -> set[str]:
        """Take one look at who is there and who speaks; returns those for whom that is news."""
        if not self.enable or self.require_no_faces:
            return set()
        before = set(self.silent)
        self.silent &= set(people)
        for uuid in people:
            speaks = uuid in speaking
            self._lasting[uuid, not speaks] = 0
            self._lasting[uuid, speaks] += 1
            lasted = self._lasting[uuid, speaks] * LOOK_SECONDS
            if speaks and lasted >= self.reactivate_after:
                self.silent.discard(uuid)
            elif not speaks and lasted >= self.silent_after:
                self.silent.add(uuid)
        for uuid, speaks in [one for one in self._lasting if one[0] not in people]:
            del self._lasting[uuid, speaks]
        return before ^ self.silent
