"""A meeting that changes while it is looked at, as `rng` has it."""

from __future__ import annotations

import random

from pexdash.node.conference import NodeConference

MOST_PEOPLE = 14
FEWEST_PEOPLE = 8


def change(conference: NodeConference, rng: random.Random) -> None:
    """Do one thing of those that happen in a meeting, to people who are no API clients."""
    people = [one.uuid for one in conference.participants.values() if one.protocol != "api"]
    if len(people) < FEWEST_PEOPLE or (len(people) < MOST_PEOPLE and rng.random() < 0.2):
        conference.join(f"Person {rng.randrange(10_000)}", protocol=rng.choice(["sip", "webrtc"]))
        return
    uuid = rng.choice(people)
    one = conference.participants[uuid]
    what = rng.randrange(8)
    if what == 0:
        conference.leave(uuid)
    elif what == 1:
        conference.update(uuid, is_muted=_other(one.is_muted))
    elif what == 2:
        conference.update(uuid, buzz_time=0 if one.buzz_time else conference.clock.wall())
    elif what == 3:
        conference.update(uuid, display_name=f"Renamed {rng.randrange(10_000)}")
    elif what == 4:
        conference.update(uuid, spotlight=0 if one.spotlight else conference.clock.wall())
    elif what == 5:
        conference.present(uuid)
    elif what == 6:
        conference.say(uuid, f"Words {rng.randrange(10_000)}")
    else:
        conference.speak({talker: rng.randrange(101) for talker in rng.sample(people, 3)})


def _other(yes_or_no: str) -> str:
    return "NO" if yes_or_no == "YES" else "YES"
