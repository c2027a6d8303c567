"""All that the requests of a node share: conferences, limits, sign-ins, and the PINs tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pexdash.node.limits import Limits
from pexdash.node.meeting import Meeting
from pexdash.node.participant import NodeParticipant
from pexdash.node.pins import PinTries
from pexdash.node.refusals import participant_limit
from pexdash.node.sign_ins import SignIns


def size_of(text: str) -> int:
    """How many bytes a text is that came in JSON, which may hold half of a character."""
    return len(text.encode("utf-8", "surrogatepass"))


@dataclass(slots=True)
class Premises:
    """The conferences of a node by alias; `most` participants fit into all of them together."""

    conferences: Mapping[str, Meeting]
    limits: Limits
    tries: PinTries
    most: int
    sign_ins: SignIns
    _texts_at_most: int = 0
    """How many bytes of texts there are, if nobody has left since it was counted."""

    def make_room(self) -> None:
        """Refusal 403 where nobody else fits in, or no more of their texts."""
        there = sum(one.people for one in self.conferences.values())
        if there >= self.most or self._is_full_of_texts():
            raise participant_limit()

    def note_texts(self, one: NodeParticipant, texts: Iterable[str]) -> None:
        """Note the texts of the request by which a participant has come, who keeps them."""
        one.text_bytes = sum(map(size_of, texts))
        self._texts_at_most += one.text_bytes

    def _is_full_of_texts(self) -> bool:
        if self._texts_at_most >= self.limits.texts_bytes:
            places = (place for one in self.conferences.values() for place in one.places())
            people = (one for place in places for one in place.participants.values())
            self._texts_at_most = sum(one.text_bytes for one in people)
        return self._texts_at_most >= self.limits.texts_bytes
