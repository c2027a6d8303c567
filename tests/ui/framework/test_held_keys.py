"""A key that is held acts once; one that is pressed again acts again."""

from __future__ import annotations

import pytest

from pexdash.ui.framework.held_keys import HeldKeys, Press

ACTS, WAITS, IS_HELD = Press.ACTS, Press.WAITS, Press.IS_HELD


def judged(*presses: tuple[str, float], repeats: dict[int, bool] | None = None) -> list[Press]:
    """How presses of keys at these seconds are judged, where only letters act.

    Who waited is taken for a press of its own where no third press came in time.
    """
    held = HeldKeys()
    told = []
    for number, (key, at) in enumerate(presses):
        if not held.is_third(key, at):
            held.end_wait()
        mark = (repeats or {}).get(number)
        told.append(held.press(key, at, acts=len(key) == 1, is_repeat=mark))
    return told


def held_for(seconds: float, *, first: float, every: float) -> list[tuple[str, float]]:
    """What a keyboard sends whose repeats begin after `first` seconds and come so often."""
    count = int((seconds - first) / every) + 1
    return [("m", 0.0), *(("m", first + every * number) for number in range(count))]


@pytest.mark.parametrize("first", [0.15, 0.25, 0.5, 0.66, 1.0, 1.19])
@pytest.mark.parametrize("every", [0.0, 0.015, 0.033, 0.1, 0.14])
def test_a_held_key_acts_once(first: float, every: float) -> None:
    presses = held_for(3.0, first=first, every=every or 1e-3)
    assert judged(*presses) == [ACTS, WAITS, *[IS_HELD] * (len(presses) - 2)]


def test_presses_one_after_the_other_each_act() -> None:
    assert judged(("m", 0), ("m", 2), ("m", 4)) == [ACTS, ACTS, ACTS]
    assert judged(("m", 0), ("m", 0.4), ("m", 0.8)) == [ACTS, WAITS, WAITS]


def test_another_key_between_makes_it_a_press_of_its_own() -> None:
    assert judged(("m", 0), ("s", 0.1), ("m", 0.2)) == [ACTS, ACTS, ACTS]
    assert judged(("m", 0), ("m", 0.1), ("s", 0.15), ("m", 0.2)) == [ACTS, WAITS, ACTS, ACTS]
    assert judged(("m", 0), ("down", 0.1), ("m", 0.2)) == [ACTS, ACTS, ACTS]


def test_a_held_key_counts_again_after_it_was_silent() -> None:
    held = [("m", 0), ("m", 0.5), ("m", 0.53), ("m", 0.56)]
    assert judged(*held, ("m", 0.85)) == [ACTS, WAITS, IS_HELD, IS_HELD, IS_HELD]
    # The rest of a held key may come late, so soon after it a press waits as the second did.
    assert judged(*held, ("m", 0.87))[-1] is WAITS
    assert judged(*held, ("m", 0.87), ("m", 0.9))[-2:] == [WAITS, IS_HELD]
    assert judged(*held, ("m", 1.8))[-1] is ACTS


def test_keys_that_do_not_act_repeat() -> None:
    assert set(judged(*[("down", at / 30) for at in range(60)])) == {ACTS}


def test_a_key_that_begins_to_act_while_it_is_held_does_not() -> None:
    """`q` opens the question to the last Host, and is a second later its answer."""
    held = HeldKeys()
    told = [
        held.press("q", at, acts=acts, is_repeat=None)
        for at, acts in [(0, False), (0.5, True), (0.53, True), (0.56, True)]
    ]
    assert told == [ACTS, WAITS, IS_HELD, IS_HELD]


def test_a_key_known_to_be_held_is_held_until_it_was_silent() -> None:
    held = HeldKeys()
    held.hold("m", 0.0)
    assert held.press("m", 0.2, acts=True, is_repeat=None) is IS_HELD
    assert held.press("m", 2.0, acts=True, is_repeat=None) is ACTS


def test_the_marks_of_the_terminal_decide_where_there_are_any() -> None:
    presses = [("m", 0.0), ("m", 0.5), ("m", 0.53), ("m", 0.7), ("m", 5.0)]
    marks = {0: False, 1: True, 2: True, 3: False, 4: True}
    assert judged(*presses, repeats=marks) == [ACTS, IS_HELD, IS_HELD, ACTS, IS_HELD]
    assert judged(("up", 0), ("up", 0.5), repeats={0: False, 1: True}) == [ACTS, ACTS]
