"""Live captions: what is said in a meeting, word by word, for the clients that show them."""

from __future__ import annotations

import random

from pexdash.node.conference import NodeConference

_SENTENCES = (
    "Good morning, shall we begin?",
    "The first point today is the budget for the coming year.",
    "I think we are a little behind with the tests, but not by much.",
    "Could you say a word about the delivery in Oslo?",
    "Yes, of course.",
    "It arrived on Tuesday, and all of it was there.",
    "Then I would suggest that we decide on it next week.",
    "Does anybody see that differently?",
    "No, that is fine with me.",
    "Let us look at the numbers on the next page.",
    "What I do not understand is the third column.",
    "That is what we have spent since the summer.",
    "Thank you, now I see it.",
    "We should ask the people from the hospital before we go on.",
    "I will write to them this afternoon.",
)
_WORDS_A_TELLING = 3
"""How many words are new each time a growing line is sent."""


class Spoken:
    """What one speaker says in one turn, sentence by sentence.

    `rng` alone decides on the words, so that a meeting says the same whether anybody reads along.
    """

    def __init__(self, conference: NodeConference, speaker: str, rng: random.Random) -> None:
        self._conference = conference
        self._speaker = speaker
        self._rng = rng
        self._left: list[str] = []
        self._said: list[str] = []

    def say_a_word(self) -> None:
        """Say the next word; the last of a sentence makes its line final."""
        if not self._left:
            self._left = self._rng.choice(_SENTENCES).split()
        self._said.append(self._left.pop(0))
        if not self._left:
            self.stop()
        elif len(self._said) % _WORDS_A_TELLING == 0:
            self._tell(is_final=False)

    def stop(self) -> None:
        """End the line where it is."""
        if self._said:
            self._tell(is_final=True)
        self._left, self._said = [], []

    def _tell(self, *, is_final: bool) -> None:
        source = {"participant_uuid": self._speaker, "indices": list(range(len(self._said)))}
        data = {
            "data": " ".join(self._said),
            "is_final": is_final,
            "src_lang": "en",
            "sources": [source],
            "sent_time": self._conference.clock.wall(),
        }
        self._conference.audience.send("live_captions", data, self._is_shown_to)

    def _is_shown_to(self, owner: str) -> bool:
        meeting = self._conference
        return meeting.is_in(owner) and meeting.participants[owner].show_live_captions
