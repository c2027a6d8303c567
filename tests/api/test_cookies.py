"""Which cookies are taken and sent back, and how many."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.http.cookies import MOST_COOKIE_BYTES, MOST_COOKIES, bounded_cookies

URL = "https://node.example/api/client/v2/conferences/meet/request_token"
LATER = "https://node.example/api/client/v2/conferences/meet/participants/a/mute"


def after(*answers: list[str], of: str = URL, later: str = LATER) -> str:
    """The Cookie header of a later request, "" where there is none."""
    cookies = bounded_cookies()
    for set_cookies in answers:
        headers = [(b"set-cookie", one.encode("latin-1")) for one in set_cookies]
        request = httpx.Request("POST", of)
        cookies.extract_cookies(httpx.Response(200, headers=headers, request=request))
    request = httpx.Request("POST", later)
    cookies.set_cookie_header(request)
    return str(request.headers.get("cookie", ""))


@pytest.mark.parametrize(
    ("set_cookie", "sent"),
    [
        ("AWSALB=a+b/c==; Expires=Wed, 07 Dec 2033 10:00:00 GMT; Path=/", "AWSALB=a+b/c=="),
        (
            "BIGipServerp=16777.36895.0000; path=/; Httponly; Secure",
            "BIGipServerp=16777.36895.0000",
        ),
        ("SERVERID=s1; path=/; SameSite=None", "SERVERID=s1"),
        ("a=b", "a=b"),
        ("a=b; path=/; version=1", "a=b"),
        ("a=b; Domain=node.example", "a=b"),
        ("a=b; Max-Age=60", "a=b"),
        ("a=b; Path=/elsewhere", ""),
        ("a=b; Domain=other.example", ""),
        ("a=b; Max-Age=0", ""),
        ("a=\xff", ""),
        ("a=b\x00c", ""),
        ("", ""),
    ],
)
def test_a_cookie_goes_back_by_the_rules(set_cookie: str, sent: str) -> None:
    assert after([set_cookie]) == sent


@pytest.mark.parametrize(
    "later",
    [
        "https://other.example/api/client/v2/conferences/meet/lock",
        "https://sub.node.example/api/client/v2/conferences/meet/lock",
        "http://node.example/api/client/v2/conferences/meet/lock",
    ],
)
def test_it_goes_nowhere_else(later: str) -> None:
    assert after(["a=b; Path=/; Secure"], later=later) == ""


def test_a_newer_cookie_replaces_the_older_one_and_may_end_it() -> None:
    assert after(["a=1; Path=/"], ["a=2; Path=/"]) == "a=2"
    assert after(["a=1; Path=/"], ["a=; Path=/; Max-Age=0"]) == ""


def test_there_is_room_for_so_many_and_the_first_ones_stay() -> None:
    many = [f"c{number}=x" for number in range(MOST_COOKIES + 5)]
    assert after(many) == "; ".join(many[:MOST_COOKIES])
    assert after(*([one] for one in many), ["c0=y"]).startswith("c0=y; ")


def test_there_is_room_for_so_many_bytes() -> None:
    exact = "a=" + "x" * (MOST_COOKIE_BYTES - 2)
    assert after([exact]) == exact
    assert after([exact + "x"]) == ""
    assert after(["b=1", exact]) == "b=1"
    assert after([exact], ["a=1"], ["b=2"]) == "a=1; b=2"


@given(st.lists(st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")), max_size=30))
def test_whatever_is_set_what_is_sent_can_be_sent(set_cookies: list[str]) -> None:
    sent = after(set_cookies)
    assert sent.isascii()
    assert sent.isprintable()
    assert len(sent) <= MOST_COOKIE_BYTES + 2 * MOST_COOKIES
