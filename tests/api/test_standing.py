"""What the answers to a token say about the nodes behind a name."""

from __future__ import annotations

import pytest

from pexdash.api.address import NodeAddress
from pexdash.api.standing import Standing
from pexdash.errors import Refused, TokenRefused

NODE = NodeAddress("https", "node.example", 443)
SEVERAL = "node.example seems to lead to several nodes"


def new() -> Standing:
    standing = Standing(NODE)
    standing.begin()
    return standing


def refuse(standing: Standing) -> str:
    """What is said of a refused token."""
    with pytest.raises(TokenRefused) as refused, standing.tried():
        raise TokenRefused("Invalid token", status=403, reason="Invalid token")
    assert (refused.value.status, refused.value.reason) == (403, "Invalid token")
    return str(refused.value)


def test_a_token_refused_at_its_first_use_hints_at_several_nodes() -> None:
    standing = new()
    assert SEVERAL in refuse(standing)
    assert standing.is_doubtful


def test_a_token_that_was_good_may_have_died() -> None:
    standing = new()
    standing.accepted()
    assert refuse(standing) == "Invalid token"
    assert not standing.is_doubtful


def test_a_token_that_comes_to_life_again_hints_at_several_nodes() -> None:
    standing = new()
    standing.accepted()
    refuse(standing)
    with standing.tried():
        pass
    assert standing.is_doubtful
    assert SEVERAL in refuse(standing)


def test_a_refused_request_is_no_refused_token() -> None:
    standing = new()
    with pytest.raises(Refused, match="Invalid role"), standing.tried():
        raise Refused("Invalid role", status=403, reason="Invalid role")
    assert refuse(standing) == "Invalid token"


def test_another_token_begins_anew() -> None:
    standing = new()
    refuse(standing)
    standing.begin()
    assert not standing.is_doubtful


def test_what_an_earlier_token_hinted_at_is_kept_for_the_next() -> None:
    standing = new()
    standing.suspect()
    standing.begin()
    standing.accepted()
    assert standing.is_doubtful
    assert SEVERAL in refuse(standing)
