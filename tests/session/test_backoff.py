"""Delays between tries."""

from __future__ import annotations

import random

import pytest

from pexdash.session.feed.backoff import MOST_SECONDS, Backoff


@pytest.mark.parametrize("seed", range(50))
def test_delays_double_to_their_limit(seed: int) -> None:
    backoff = Backoff(random.Random(seed))
    span = 0.25
    for _ in range(40):
        assert span / 2 <= backoff.next() <= span
        span = min(span * 2, MOST_SECONDS)
    backoff.reset()
    assert backoff.attempt == 0
    assert 0.125 <= backoff.next() <= 0.25


def test_what_the_node_asks_for_is_the_least() -> None:
    backoff = Backoff(random.Random(1))
    assert backoff.next(40) == 40
    assert backoff.next(0.01) > 0.01


def test_a_thousand_tries_are_no_number_too_large() -> None:
    backoff = Backoff(random.Random(1))
    delays = [backoff.next() for _ in range(5000)]
    assert max(delays) <= MOST_SECONDS


def test_many_clients_do_not_come_at_once() -> None:
    delays = {round(Backoff(random.Random(seed)).next(), 4) for seed in range(100)}
    assert len(delays) > 80
