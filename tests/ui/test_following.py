"""Which wishes to have us in another room are told, and which are answered."""

from __future__ import annotations

import pytest

from pexdash.model.conference import Conference
from pexdash.model.events import BreakoutReferred, Referred
from pexdash.secret import Secret
from pexdash.ui.commands.following import Following, Referral

TO_RED = Referred("meet.alice", Secret("of one use"), "Red", "breakout")
TO_BLUE = BreakoutReferred("blue", "Blue")


@pytest.mark.parametrize(("first", "later"), [(TO_RED, TO_BLUE), (TO_BLUE, TO_RED)])
def test_who_declines_one_wish_is_told_of_a_later_one_of_the_other_kind(
    first: Referral, later: Referral
) -> None:
    conference = Conference("meet.alice")
    follows = Following(conference)
    told, asked = [], []
    for wish in (first, later):
        conference.apply(wish, 0.0)
        told.append(follows.news())
        asked.append(follows.asked)
        follows.decline(wish)
    assert all(told)
    assert asked == [first, later]
    assert follows.asked is None
    assert follows.news() == ""
