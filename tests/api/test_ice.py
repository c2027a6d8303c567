"""The STUN and TURN servers of a token: those the node names, in every shape, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.api.ice import ice_servers_of
from pexdash.api.token import token_of
from pexdash.model.media import IceServer
from pexdash.secret import Secret
from tests.canaries import TURN_PASSWORD, sung
from tests.examples import slow_times

TURN = {"urls": ["turn:t.example:3478?transport=udp"], "username": "u", "credential": "hush"}
TAKEN = IceServer(("turn:t.example:3478?transport=udp",), "u", Secret("hush"))
URLS = ["stun:a", "turn:a?transport=udp"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(URLS),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["url", "urls", "username", "credential"]), inner)
    ),
)
TOKEN: dict[str, object] = {"token": "x", "expires": "120", "participant_uuid": "a"}


@pytest.mark.parametrize(
    "one",
    [
        {"url": "stun:s.example:19302"},
        {"urls": "stun:s.example:19302"},
        {"urls": ["stun:s.example:19302"]},
        {"urls": None, "url": "stun:s.example:19302"},
    ],
)
def test_a_server_is_taken_from_each_of_its_shapes(one: dict[str, object]) -> None:
    assert ice_servers_of({"stun": [one]}) == (IceServer(("stun:s.example:19302",)),)


def test_a_relay_comes_with_its_user_name_and_credential() -> None:
    assert ice_servers_of({"turn": [TURN]}) == (TAKEN,)
    secured = {**TURN, "urls": ["turns:t.example:443?transport=tcp", "turn:t.example"]}
    (one,) = ice_servers_of({"turn": [secured]})
    assert one.urls == ("turns:t.example:443?transport=tcp", "turn:t.example")


@pytest.mark.parametrize("name", ["username", "credential"])
@pytest.mark.parametrize("value", [None, "", 7, "a\nb", "x" * 600])
def test_a_relay_that_could_not_be_asked_is_left_out(name: str, value: object) -> None:
    assert ice_servers_of({"turn": [{**TURN, name: value}]}) == ()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "stun:",
        "stun:s.example:x",
        "stun:s.example:0",
        "stun:s.example:65536",
        "stun:s.example?transport=udp",
        "stun:[::1]:1",
        "http://s.example",
        "turn:t.example",
        "stun:a b",
        "stun:a\n",
        "STUN:a\x1b",
        "stun:" + "a" * 300,
        7,
    ],
)
def test_what_is_no_address_of_a_server_is_left_out(url: object) -> None:
    told = {"stun": [{"url": url}, {"url": "stun:good.example"}]}
    assert ice_servers_of(told) == (IceServer(("stun:good.example",)),)


@pytest.mark.parametrize(
    "fields", [{}, {"stun": None, "turn": None}, {"stun": {}, "turn": "x"}, {"stun": [None, [], 1]}]
)
def test_where_the_node_names_none_there_is_none(fields: dict[str, object]) -> None:
    assert ice_servers_of(fields) == ()


def test_a_long_list_of_servers_is_cut() -> None:
    assert len(ice_servers_of({"stun": [{"url": "stun:a"}] * 1000})) < 100
    (one,) = ice_servers_of({"stun": [{"urls": ["stun:a"] * 1000}]})
    assert len(one.urls) < 100


@settings(max_examples=slow_times(100))
@given(JSON, JSON)
def test_no_answer_of_a_node_is_too_odd(stun: object, turn: object) -> None:
    for one in ice_servers_of({"stun": [stun, {"urls": stun}], "turn": [turn, {"urls": turn}]}):
        assert one.urls


def test_a_token_keeps_its_servers_until_a_refresh_names_others() -> None:
    token = token_of({**TOKEN, "turn": [TURN]})
    assert token.ice_servers == (TAKEN,)
    assert token.refreshed({"token": "y", "expires": "120"}).ice_servers == (TAKEN,)
    others = {"token": "y", "expires": "120", "stun": [{"url": "stun:s"}]}
    assert token.refreshed(others).ice_servers == (IceServer(("stun:s",)),)
    assert token.refreshed({**TOKEN, "turn": None}).ice_servers == ()


def test_no_credential_of_a_relay_is_in_a_repr() -> None:
    token = token_of({**TOKEN, "turn": [{**TURN, "credential": TURN_PASSWORD}]})
    assert token.ice_servers
    assert sung(f"{token!r} {token.ice_servers!r} {token.told!r}".encode()) == []
