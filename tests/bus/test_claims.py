"""Who is alive, and which shards are whose."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.bus.claims import Claims, LeaseTimes, Members, Owner, wanted_owner
from pexdash.bus.messages import Heartbeat, Owned
from pexdash.bus.subjects import SHARDS

NAMES = st.sets(st.text("abcdefgh-0123", min_size=1, max_size=6), min_size=1, max_size=8)
TIMES = LeaseTimes()


@settings(max_examples=20)
@given(NAMES)
def test_one_collector_less_moves_only_its_own_shards(names: set[str]) -> None:
    shards = range(0, SHARDS, 11)
    before = {shard: wanted_owner(shard, names) for shard in shards}
    gone = min(names)
    for shard, owner in before.items():
        after = wanted_owner(shard, names - {gone})
        assert after == owner if owner != gone else after in names - {gone} or after == ""
    assert before == {shard: wanted_owner(shard, sorted(names)) for shard in shards}


def test_shards_are_shared_out_about_evenly() -> None:
    names = [f"north-{at:08x}" for at in range(8)]
    owners = [wanted_owner(shard, names) for shard in range(SHARDS)]
    assert all(16 <= owners.count(name) <= 48 for name in names)


def alive_at(members: Members, at: float, *names: str, leaves: str = "") -> None:
    for name in names:
        members.hear(name, Heartbeat(0.0, 0, "", name == leaves), at)


def test_a_silent_collector_is_gone_after_a_life_in_which_we_heard_ourselves() -> None:
    members = Members("me", TIMES)
    alive_at(members, 100.0, "me", "other")
    for now in (102.0, 104.0, 105.9):
        alive_at(members, now, "me")
        assert set(members.alive(now)) == {"me", "other"}
    alive_at(members, 106.0, "me")
    assert members.gone_since("other", 106.0) == 106.0
    assert members.gone_since("other", 107.0) == 106.0
    assert set(members.alive(107.0)) == {"me"}


def test_nobody_is_gone_for_whoever_hears_nothing() -> None:
    members = Members("me", TIMES)
    alive_at(members, 100.0, "me", "other")
    assert members.gone_since("other", 120.0) is None
    assert not members.is_settled(120.0)
    alive_at(members, 121.0, "me")
    assert members.gone_since("other", 126.9) is None
    for now in (123.0, 125.0, 127.0):
        alive_at(members, now, "me")
    assert members.gone_since("other", 127.0) == 127.0


def test_an_owner_that_was_never_heard_has_a_life_from_our_first_word() -> None:
    members = Members("me", TIMES)
    alive_at(members, 100.0, "me")
    assert members.gone_since("before", 105.9) is None or not members.hears_itself(105.9)
    for now in (103.0, 106.0):
        alive_at(members, now, "me")
    assert members.gone_since("before", 106.0) == 106.0


def owners_of(names: dict[int, str]) -> dict[int, Owner]:
    return {shard: Owner(Owned(name, 0.0), shard + 1) for shard, name in names.items()}


def test_free_shards_go_to_their_own_at_once_and_to_anybody_a_life_later() -> None:
    members = Members("me", TIMES)
    claims = Claims("me", TIMES, members)
    alive_at(members, 100.0, "me", "other")
    wanted = {shard: wanted_owner(shard, ["me", "other"]) for shard in range(SHARDS)}
    mine = [shard for shard, name in wanted.items() if name == "me"]
    assert 0 < len(mine) < SHARDS
    assert claims.to_claim({}, [], 100.0) == mine
    for now in (102.0, 104.0, 105.0):
        alive_at(members, now, "me", "other")
        assert claims.to_claim({}, [], now) == mine
    alive_at(members, 106.0, "me", "other")
    assert claims.to_claim({}, [], 106.0) == list(range(SHARDS))
    assert claims.to_claim({}, range(SHARDS), 106.0) == []


def test_whoever_held_a_shard_before_the_stream_was_made_anew_claims_it_first() -> None:
    members = Members("me", TIMES)
    claims = Claims("me", TIMES, members)
    alive_at(members, 100.0, "me")
    members.hear("other", Heartbeat(0.0, 3, ""), 100.0)
    mine = [shard for shard in range(SHARDS) if wanted_owner(shard, ["me", "other"]) == "me"]
    assert claims.to_claim({}, [], 100.0) == []
    assert claims.to_claim(owners_of(dict.fromkeys(mine[:2], "other")), [], 101.0) == []
    stored = owners_of(dict.fromkeys(mine[:3], "other"))
    assert claims.to_claim(stored, [], 102.0) == mine[3:]
    # One that says so and claims nothing keeps nobody waiting for ever.
    for now in (102.0, 104.0, 106.0):
        members.hear("me", Heartbeat(0.0, 0, ""), now)
        members.hear("other", Heartbeat(0.0, 4, ""), now)
    assert len(claims.to_claim(stored, [], 106.0)) == SHARDS - 3


def test_shards_of_who_is_gone_are_claimed_and_of_who_lives_are_not() -> None:
    members = Members("me", TIMES)
    claims = Claims("me", TIMES, members)
    alive_at(members, 100.0, "me", "other", "dead")
    owners = owners_of({shard: ("dead", "other")[shard % 2] for shard in range(SHARDS)})
    for now in (102.0, 104.0, 105.9):
        alive_at(members, now, "me", "other")
        assert claims.to_claim(owners, [], now) == []
    alive_at(members, 106.0, "me", "other")
    claimed = claims.to_claim(owners, [], 106.0)
    assert claimed
    assert all(shard % 2 == 0 for shard in claimed)
    assert all(wanted_owner(shard, ["me", "other"]) == "me" for shard in claimed)


def test_what_is_stored_as_ours_and_is_not_is_claimed_again() -> None:
    members = Members("me", TIMES)
    claims = Claims("me", TIMES, members)
    alive_at(members, 100.0, "me", "other")
    owners = owners_of(dict.fromkeys(range(SHARDS), "me"))
    assert claims.to_claim(owners, range(3, SHARDS), 100.0) == [0, 1, 2]


def test_nothing_is_given_away_while_anything_is_free_or_somebody_leaves() -> None:
    members = Members("me", TIMES)
    claims = Claims("me", TIMES, members)
    alive_at(members, 100.0, "me", "other")
    everything = owners_of(dict.fromkeys(range(SHARDS), "me"))
    given_away = claims.to_give(everything, range(SHARDS), 100.0)
    assert given_away is not None
    assert wanted_owner(given_away, ["me", "other"]) == "other"
    assert (
        claims.to_give({**everything, 0: Owner(Owned("", 0.0), 9)}, range(1, SHARDS), 100.0) is None
    )
    alive_at(members, 100.0, "third", leaves="third")
    assert claims.to_give(everything, range(SHARDS), 100.0) is None
    ours = [shard for shard in range(SHARDS) if wanted_owner(shard, ["me", "other"]) == "me"]
    shared = owners_of({s: "me" if s in ours else "other" for s in range(SHARDS)})
    fair = Members("me", TIMES)
    alive_at(fair, 100.0, "me", "other")
    assert Claims("me", TIMES, fair).to_give(shared, ours, 100.0) is None
