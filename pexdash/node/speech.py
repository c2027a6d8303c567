"""People talk in turns: who has the word, for how long, and who interrupts."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

from pexdash.node.captions import Spoken
from pexdash.node.conference import NodeConference

Wait = Callable[[float], Awaitable[None]]

TICK = 0.25
"""How many seconds lie between two changes of the voices, unless a meeting is told otherwise."""
_LOUDEST = 100
_SOFTEST = 10


class Speech:
    """The talk of one conference; `wait` waits some seconds of the meeting's own time.

    `words` decides on what is said, and `rng` on who speaks and how loud. The voices change `every`
    so many seconds.
    """

    def __init__(
        self,
        conference: NodeConference,
        rng: random.Random,
        words: random.Random,
        wait: Wait,
        *,
        every: float = TICK,
    ) -> None:
        self._conference = conference
        self._rng = rng
        self._words = words
        self._wait = wait
        self._tick = every
        self._recent: list[str] = []

    async def run(self) -> None:
        """Talk for ever."""
        while True:
            speaker = self._choose()
            if speaker is not None:
                spoken = Spoken(self._conference, speaker, self._words)
                await self._turn(speaker, spoken)
                spoken.stop()
            self._conference.speak({})
            await self._wait(self._rng.uniform(0.3, 1.4))

    async def _turn(self, speaker: str, spoken: Spoken) -> None:
        ticks = max(1, round(self._rng.uniform(2.0, 9.0) / self._tick))
        voices = {speaker: self._rng.randint(40, 90)}
        other = self._choose() if self._rng.random() < 0.3 else None
        begins = self._rng.randrange(ticks)
        ends = begins + self._rng.randint(2, 8)
        for tick in range(ticks):
            if other is not None and other != speaker and tick == begins:
                voices[other] = self._rng.randint(30, 80)
            if tick == ends and other != speaker:
                voices.pop(other or "", None)
            voices = {uuid: self._waver(vad) for uuid, vad in voices.items()}
            if not self._can_speak(speaker):
                return
            self._conference.speak(voices)
            spoken.say_a_word()
            await self._wait(self._tick)

    def _choose(self) -> str | None:
        """Who speaks next: mostly someone who spoke lately, as in a real discussion."""
        recent = [uuid for uuid in self._recent if self._can_speak(uuid)]
        if len(recent) > 2 and self._rng.random() < 0.65:
            return self._rng.choice(recent[1:])
        able = [uuid for uuid in self._conference.participants if self._can_speak(uuid)]
        if not able:
            return None
        chosen = self._rng.choice(able)
        self._recent = [chosen, *(uuid for uuid in recent if uuid != chosen)][:5]
        return chosen

    def _can_speak(self, uuid: str) -> bool:
        one = self._conference.participants.get(uuid)
        # A client with a token is a real person; the script does not speak for it.
        return one is not None and one.can_speak and not self._conference.tokens.has(uuid)

    def _waver(self, vad: int) -> int:
        return max(_SOFTEST, min(_LOUDEST, vad + self._rng.randint(-22, 22)))
