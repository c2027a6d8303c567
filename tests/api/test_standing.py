"""What the answers to a token say about the nodes behind a name."""

from __future__ import annotations

import pytest

from pexdash.api.address import NodeAddress
from pexdash.api.standing import Standing
from pexdash.errors import Refused, TokenRefused
from pexdash.secret import Secret

NODE = NodeAddress("https", "node.example", 443)
FIRST, SECOND = Secret("token of the join"), Secret("token of the refresh")
SEVERAL = "node.example seems to lead to several nodes"


def new() -> Standing:
    standing = Standing(NODE)
    standing.begin(FIRST)
    return standing


def accept(standing: Standing, token: Secret = FIRST) -> None:
    with standing.tried(token):
        pass


def refuse(standing: Standing, token: Secret = FIRST) -> str:
    """What is said of a refused token."""
    with pytest.raises(TokenRefused) as refused, standing.tried(token):
        raise TokenRefused("Invalid token", status=403, reason="Invalid token")
    assert (refused.value.status, refused.value.reason) == (403, "Invalid token")
    return str(refused.value)


def test_a_token_refused_at_its_first_use_hints_at_several_nodes() -> None:
    standing = new()
    assert SEVERAL in refuse(standing)
    assert standing.is_doubtful


def test_a_token_that_was_good_may_have_died() -> None:
    standing = new()
    accept(standing)
    assert refuse(standing) == "Invalid token"
    assert not standing.is_doubtful


def test_a_token_that_comes_to_life_again_hints_at_several_nodes() -> None:
    standing = new()
    accept(standing)
    refuse(standing)
    accept(standing)
    assert standing.is_doubtful
    assert SEVERAL in refuse(standing)


def test_the_token_that_was_replaced_may_be_refused() -> None:
    standing = new()
    accept(standing)
    standing.renewed(SECOND)
    assert refuse(standing, FIRST) == "Invalid token"
    accept(standing, SECOND)
    assert not standing.is_doubtful


def test_an_answer_that_is_read_late_brings_no_token_to_life() -> None:
    standing = new()
    accept(standing)
    with standing.tried(FIRST):
        # The node replaced the token, and this reached us before its answer to the refresh.
        refuse(standing, FIRST)
    standing.renewed(SECOND)
    accept(standing, SECOND)
    assert not standing.is_doubtful


def test_a_new_token_that_comes_to_life_again_hints_at_several_nodes_too() -> None:
    standing = new()
    accept(standing)
    standing.renewed(SECOND)
    refuse(standing, SECOND)
    accept(standing, SECOND)
    assert standing.is_doubtful


def test_a_refused_request_is_no_refused_token() -> None:
    standing = new()
    with pytest.raises(Refused, match="Invalid role"), standing.tried(FIRST):
        raise Refused("Invalid role", status=403, reason="Invalid role")
    assert refuse(standing) == "Invalid token"


def test_another_token_begins_anew() -> None:
    standing = new()
    refuse(standing)
    standing.begin(SECOND)
    assert not standing.is_doubtful


def test_what_an_earlier_token_hinted_at_is_kept_for_the_next() -> None:
    standing = new()
    standing.suspect()
    standing.begin(SECOND)
    accept(standing, SECOND)
    assert standing.is_doubtful
    assert SEVERAL in refuse(standing, SECOND)
