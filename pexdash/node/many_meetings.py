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
_RECORDED, _LETS_NOBODY_IN, _WAIT_FOR_HOST = 2, 4, (7, 15)
_VOICES_EVERY = 1.0
"""How many seconds lie between two changes of the voices: nobody follows each voice on a wall."""
_FIRST_GONE = 20.0
"""After how many seconds a node that goes and comes is gone for the first time."""
GONE_FOR = 75.0
"""For how many seconds it is gone: long enough for an alarm."""
_STAYS_FOR = 3000.0
"""For how many seconds it stays then."""


def many_meetings(count: int, seed: int, speed: float = 1.0) -> tuple[ConferenceSettings, ...]:
    """So many meetings, the same ones for the same seed.

    In most of them a Host lets people in after a while. However many there are, two wait for their
    Host, in one the Host lets nobody in, and one is recorded; in some a few people are not
    encrypted.
    """
    rng = random.Random(f"{seed} meetings")
    pairs = itertools.product(_OCCASIONS.split(), _PLACES.split())
    names = [f"{occasion}.{place}@example.com" for occasion, place in pairs]
    rng.shuffle(names)
    return tuple(_meeting(number, alias, rng, speed) for number, alias in enumerate(names[:count]))


def _meeting(number: int, alias: str, rng: random.Random, speed: float) -> ConferenceSettings:
    people = rng.choice((3, 4, 5, 6, 8, 10, 12, 16, 25))
    waits_for_host = number in _WAIT_FOR_HOST
    lets_in = not waits_for_host and number != _LETS_NOBODY_IN
    return ConferenceSettings(
        alias,
        participants=0 if waits_for_host else people,
        started=not waits_for_host,
        seed=rng.randrange(1 << 32),
        lively=True,
        speed=speed,
        habits=Habits(
            voices_every=_VOICES_EVERY,
            lets_in=lets_in,
            patient=not lets_in,
            regulars=False,
            is_recorded=number == _RECORDED,
            unencrypted=rng.randint(1, 3) if number % 8 == 5 else 0,
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
