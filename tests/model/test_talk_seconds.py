"""What is told piece by piece of who talked comes to what a meeting's own count has."""

from __future__ import annotations

import random

from pexdash.model.airtime import Airtime
from pexdash.model.events import Speaker
from pexdash.model.talk_seconds import TalkSeconds

NAMES = ("ann", "bob", "cid")


def stage(*uuids: str) -> list[Speaker]:
    return [Speaker(uuid, at, 50) for at, uuid in enumerate(uuids)]


def test_a_turn_over_several_pieces_is_counted_once() -> None:
    talk = TalkSeconds()
    talk.hear(stage("ann"), 0)
    assert talk.take(0.9) == {}
    assert talk.take(60) == {"ann": 60}
    talk.hear(stage(), 70)
    assert talk.take(120) == {"ann": 10}
    talk.hear(stage("bob"), 130)
    assert talk.take(180) == {"bob": 50}


def test_who_has_left_is_told_of_alone() -> None:
    talk = TalkSeconds()
    talk.hear(stage("ann", "bob"), 0)
    assert talk.take_gone({"bob"}, 20) == {"ann": 20}
    assert talk.take_gone({"bob"}, 30) == {}
    assert talk.take(30) == {"bob": 30}


def test_pieces_of_any_meeting_come_to_its_airtime() -> None:
    for seed in range(50):
        rng = random.Random(seed)
        airtime, talk, now = Airtime(), TalkSeconds(), 0.0
        sums = dict.fromkeys(NAMES, 0.0)
        for _ in range(200):
            now += rng.choice((0.2, 0.7, 1.0, 1.5, 8.0))
            match rng.randrange(12):
                case 0:
                    there = rng.sample(NAMES, 2)
                    airtime.keep(there, now)
                    pieces = talk.take_gone(there, now)
                case 1:
                    airtime.break_off(now)
                    talk.break_off(now)
                    pieces = {}
                case 2 | 3:
                    pieces = talk.take(now)
                case _:
                    speaking = stage(*rng.sample(NAMES, rng.randrange(3)))
                    airtime.hear(speaking, now)
                    talk.hear(speaking, now)
                    pieces = {}
            for uuid, seconds in pieces.items():
                sums[uuid] += seconds
        for uuid, seconds in talk.take(now).items():
            sums[uuid] += seconds
        for uuid in NAMES:
            assert abs(sums[uuid] - airtime.talk(uuid, now).seconds) < 1e-6, (seed, uuid)
