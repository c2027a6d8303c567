"""Many lively meetings of different kinds, for whoever wants to see what a wall makes of them."""

from __future__ import annotations

import itertools
import random

from pexdash.clock import Clock
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings, Habits

MOST_MEETINGS = 1000
_OCCASIONS = (
    "board standup review training townhall court clinic sales planning interview "
    "lecture support budget briefing handover design retro hearing ward launch"
)
_PLACES = (
    "oslo bergen tromso berlin munich hamburg vienna zurich paris lyon nice london leeds york "
    "dublin cork madrid porto lisbon rome milan turin athens sofia prague brno warsaw gdansk riga "
    "vilnius tallinn helsinki turku stockholm malmo uppsala copenhagen aarhus ghent delft utrecht "
    "basel bern graz linz zagreb split tokyo osaka kyoto"
)
# More in trouble would be an uproar that no wall of so many should be in.
_RECORDED, _LETS_NOBODY_IN = 2, 4
_HOST_AFTER = {7: 290.0, 15: 40.0}
"""After how many seconds the Host of a meeting comes who is late, by its number.

The first is late enough for an alarm, but not for one of those that tell the same anew.
"""
RESTLESS = slice(9, 12)
"""Which of the meetings are on a node of their own, that goes away and comes back.

They are as many as it takes for the node to be known as down before each line counts as stale.
"""
_VOICES_EVERY = 1.0
"""How many seconds lie between two changes of the voices: nobody follows each voice on a wall."""
_FIRST_GONE = 20.0
"""After how many seconds a node that goes and comes is gone for the first time."""
GONE_FOR = 75.0
"""For how many seconds it is gone: long enough for an alarm."""
_STAYS_FOR = 7200.0
"""For how many seconds it stays then."""


def many_meetings(count: int, seed: int, speed: float = 1.0) -> tuple[ConferenceSettings, ...]:
    """So many meetings, the same ones for the same seed.

    In most of them a Host lets people in after a while. However many there are, two wait for a
    Host who is late, in one the Host lets nobody in, and one is recorded; in some a few people are
    not encrypted.
    """
    rng = random.Random(f"{seed} meetings")
    pairs = itertools.product(_OCCASIONS.split(), _PLACES.split())
    names = [f"{occasion}.{place}@example.com" for occasion, place in pairs]
    rng.shuffle(names)
    return tuple(_meeting(number, alias, rng, speed) for number, alias in enumerate(names[:count]))


def _meeting(number: int, alias: str, rng: random.Random, speed: float) -> ConferenceSettings:
    people = rng.choice((3, 4, 5, 6, 8, 10, 12, 16, 25))
    host_after = _HOST_AFTER.get(number)
    lets_in = number != _LETS_NOBODY_IN
    return ConferenceSettings(
        alias,
        participants=people if host_after is None else 0,
        started=host_after is None,
        seed=rng.randrange(1 << 32),
        lively=True,
        speed=speed,
        habits=Habits(
            voices_every=_VOICES_EVERY,
            lets_in=lets_in,
            patient=not lets_in or host_after is not None,
            regulars=False,
            is_recorded=number == _RECORDED,
            unencrypted=rng.randint(1, 3) if number % 8 == 5 else 0,
            host_after=host_after,
        ),
    )


async def go_and_come(node: EmbeddedNode, clock: Clock, speed: float = 1.0) -> None:
    """Take a node down soon after the start and now and then later, and bring it back each time."""
    await clock.sleep(_FIRST_GONE / speed)
    while True:
        await node.faults.stop_listening()
        await clock.sleep(GONE_FOR / speed)
        await node.faults.listen_again()
        await clock.sleep(_STAYS_FOR / speed)
