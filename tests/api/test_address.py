"""Where a node is, and paths nothing can leave."""

from __future__ import annotations

from urllib.parse import unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pexdash.api.address import About, NodeAddress, check_alias, parse_node, request_path
from pexdash.api.requests import (
    BREAKOUT_MOVE,
    DELETE_MIX,
    NODE_STATUS,
    REQUESTS,
    ROLE,
    Request,
    Scope,
)
from pexdash.errors import UsageFault
from pexdash.text import trimmed
from tests import canaries
from tests.api.client.clients import segments_of

DISCONNECT_CALL = Request("disconnect", "POST", Scope.CALL, ROLE.caller)


@pytest.mark.fault(35)
@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("node1.example.com", "https://node1.example.com"),
        ("  Node1.Example.COM ", "https://node1.example.com"),
        ("node1.example.com:8443", "https://node1.example.com:8443"),
        ("https://node1.example.com/", "https://node1.example.com"),
        ("https://node1.example.com:443", "https://node1.example.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://localhost", "http://localhost"),
        ("http://localhost:443", "http://localhost:443"),
        ("10.0.0.1", "https://10.0.0.1"),
        ("::1", "https://[::1]"),
        ("[::1]:8443", "https://[::1]:8443"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]"),
        ("fe80::1%eth0", "https://[fe80::1%eth0]"),
        ("http://[fe80::1%25eth0]:8080", "http://[fe80::1%eth0]:8080"),
        ("[FE80:0::1%Eth.0-1_2]:8443", "https://[fe80:0::1%Eth.0-1_2]:8443"),
        ("fe80::1%25", "https://[fe80::1%25]"),
        ("::ffff:10.0.0.1", "https://[::ffff:10.0.0.1]"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("\ufeffnode.example\u200b\u00a0", "https://node.example"),
    ],
)
def test_addresses(text: str, url: str) -> None:
    node = parse_node(text)
    assert node.url == url
    assert parse_node(node.url) == node


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "https://",
        "ftp://node",
        "node/path",
        "https://node/api",
        "node?x=1",
        "node#x",
        "user@node",
        "https://user:secret@node",
        "@node",
        "node:port",
        "node:0",
        "node:70000",
        "node:-1",
        "[::1",
        "no de",
        "no\x1bde",
        "no\u202ede",
        "no\u200bde",
        "no\u00adde",
        "a..b",
        "x" * 300,
        "é" * 64,
        "\ud800",
        "no%64e",
        "fe80::1%",
        "fe80::1%a b",
        "[fe80::1%\x1b[2J]",
        "[fe80::1%a%b]",
        "[fe80::1%é]",
        "10.0.0.1%eth0",
        "no\\de",
    ],
)
def test_what_is_no_address_is_told_in_clean_words(text: str) -> None:
    with pytest.raises(UsageFault) as raised:
        parse_node(text)
    assert str(raised.value).isprintable()


@given(
    st.text(st.sampled_from("ab.:/@[]%#?-_ é\u3002\ud800\0\n0189") | st.characters(), max_size=20)
)
@example("xn--a")
@example("[::1%\0]")
@example("[::1%é]")
@example("-a")
def test_an_address_that_is_taken_can_be_connected_to(text: str) -> None:
    try:
        node = parse_node(text)
    except UsageFault:
        return
    url = httpx.URL(node.url)
    assert (url.scheme, url.path, url.query, url.userinfo) == (node.scheme, "/", b"", b"")
    assert url.port in (node.port, None)
    assert str(node).isprintable()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
    ],
)
def test_what_is_on_this_machine(host: str, expected: bool) -> None:
    assert NodeAddress("http", host, 80).is_loopback is expected


def test_the_name_of_a_node_is_short() -> None:
    assert str(parse_node("node1.example.com")) == "node1.example.com"
    assert str(parse_node("http://127.0.0.1:8080")) == "127.0.0.1:8080"


@pytest.mark.parametrize(
    "alias", ["", "  ", ".", "..", "a\nb", "a\0b", "a\u202eb", "\x1ba", "x" * 257, "\ud800"]
)
def test_what_is_no_alias_is_told_in_clean_words(alias: str) -> None:
    with pytest.raises(UsageFault) as raised:
        check_alias(alias)
    assert str(raised.value).isprintable()
    with pytest.raises(UsageFault):
        request_path(REQUESTS[0], alias)


@pytest.mark.parametrize(
    "alias", ["meet.alice@example.com", "a/../b?x#y", "Büro 7", "🚀", "x" * 256]
)
def test_what_is_an_alias(alias: str) -> None:
    assert check_alias(f"  {alias} ") == alias
    assert check_alias(f"\ufeff{alias}\u200b\u00a0\u202e") == alias


@pytest.mark.parametrize("character", ["\u200b", "\u00a0", "\u00ad", "\ufe0f"])
def test_what_nobody_sees_is_named_by_its_code_point(character: str) -> None:
    said = rf"contains the invisible character U\+{ord(character):04X}$"
    with pytest.raises(UsageFault, match=said):
        check_alias(f"meet{character}alice")
    with pytest.raises(UsageFault, match=said):
        parse_node(f"node{character}.example")


def test_paths_of_the_guide() -> None:
    uuid, call = "7f8bdd7f-2d39-4c3f-9236-3e95b21f21a8", "50ed679d-c622-4c0e-b251-e217f2aa030b"
    start = "/api/client/v2/conferences/meet_alice"
    assert request_path(REQUESTS[0], "meet_alice") == f"{start}/request_token"
    assert request_path(ROLE, "meet_alice", About(uuid)) == f"{start}/participants/{uuid}/role"
    assert request_path(DISCONNECT_CALL, "meet_alice", About(uuid, call)) == (
        f"{start}/participants/{uuid}/calls/{call}/disconnect"
    )
    room = About(uuid, room="r-1")
    assert request_path(ROLE, "meet_alice", room) == (
        f"{start}/breakouts/r-1/participants/{uuid}/role"
    )
    assert request_path(BREAKOUT_MOVE, "meet_alice", room) == (
        f"{start}/breakouts/r-1/participants/breakout"
    )
    assert request_path(DELETE_MIX, "meet_alice", About(mix="main.!x/y")) == (
        f"{start}/video_mixes/main.%21x%2Fy/delete"
    )
    assert request_path(NODE_STATUS, "meet_alice") == "/api/client/v2/status"
    assert request_path(REQUESTS[0], "a@b/c?d#e%2e") == (
        "/api/client/v2/conferences/a%40b%2Fc%3Fd%23e%252e/request_token"
    )


@pytest.mark.fault(105)
@pytest.mark.parametrize("uuid", ["", ".", "..", "x" * 10_000])
def test_nobody_is_named_by_a_way_out(uuid: str) -> None:
    with pytest.raises(UsageFault, match="role needs the uuid"):
        request_path(ROLE, "meet", About(uuid))
    with pytest.raises(UsageFault, match="disconnect needs the uuid"):
        request_path(DISCONNECT_CALL, "meet", About("x", uuid))


awkward = st.text(st.sampled_from("./%?#\\;@ \r\n\0a2eF\ud800é🚀") | st.characters(), max_size=20)


@pytest.mark.fault(105)
@given(
    st.sampled_from([*REQUESTS, DISCONNECT_CALL]),
    awkward,
    st.builds(About, awkward, awkward, awkward, awkward),
)
@example(ROLE, "a/../b?x#y", About("../../c"))
@example(ROLE, "%2e%2e", About("%2F", room="/"))
def test_no_name_leaves_its_place_in_a_path(request: Request, alias: str, about: About) -> None:
    try:
        path = request_path(request, alias, about)
    except UsageFault:
        return
    on_the_wire = httpx.URL(f"https://node{path}").raw_path.decode()
    assert on_the_wire == path
    start = "/api/client/v2/"
    assert path.startswith(start)
    readable = [
        part.encode("utf-8", "replace").decode()
        for part in segments_of(request, trimmed(alias), about)
    ]
    assert [unquote(part) for part in path.removeprefix(start).split("/")] == readable


@pytest.mark.parametrize(
    "text",
    [
        "https://bob:{}@node.example.com",
        "https://{}@node.example.com",
        "http://bob:{}@node.example.com:99999",
        "bob:{}@node.example.com",
        "bob:{}@",
        "ftp://bob:{}@node.example.com/x",
        "https://bob:{}@node.example.com/path?x=1#y",
        "https://bob:{}@[::1",
        "https://bob:{}%40node.example.com",
        "https://bob:{}\uff20node.example.com",
        "https://node.example.com/x?token={}",
        "https://node.example.com:0#{}",
        "node.example.com:x?{}",
    ],
)
def test_no_message_quotes_a_password_or_a_token(text: str) -> None:
    with pytest.raises(UsageFault) as raised:
        parse_node(text.format(canaries.PIN))
    assert canaries.PIN not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "https://node.example.com/webapp/conference/alice@example.com",
        "node.example.com/webapp/m/alice%40example.com",
        "node.example.com?conference=alice@example.com",
        "node.example.com#alice@example.com",
    ],
)
def test_of_a_link_it_is_said_what_to_leave_out(text: str) -> None:
    with pytest.raises(UsageFault, match="leave out all after the host and its port"):
        parse_node(text)


@pytest.mark.parametrize("text", ["alice@example.com", "https://a:b@node.example.com/webapp"])
def test_of_a_name_before_the_host_too(text: str) -> None:
    with pytest.raises(UsageFault, match="leave out all up to the @"):
        parse_node(text)
