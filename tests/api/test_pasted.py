"""Links and URIs that people paste for an alias."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.pasted import Pasted, read_address
from pexdash.errors import UsageFault

PIN = "48151623"
NODE = "https://node.example.com"


@pytest.mark.parametrize(
    "link",
    [
        "/webapp/conference/meet.alice",
        "/webapp3/conference/meet.alice/",
        "/webapp2/conference//meet%2Ealice",
        "/webapp3/m/meet.alice",
        "/webapp/acme/m/meet.alice/step-by-step?role=guest",
        "/m/meet.alice",
        "/webapp/?conference=meet.alice",
        "/webapp/home?name=Ann&Conference=meet.alice&role=guest",
        "?conference=meet.alice",
        "/webapp/#/conference/meet.alice",
        "/webapp/#/?conference=meet.alice",
        "/WebApp3/M/meet.alice#x",
    ],
)
def test_a_link_names_the_conference_and_its_node(link: str) -> None:
    alias, node, had_pin = read_address(NODE + link)
    assert (alias, str(node), had_pin) == ("meet.alice", "node.example.com", False)


@pytest.mark.parametrize(
    ("link", "alias", "node"),
    [
        ("HTTPS://Node.Example.com:8443/webapp/m/a", "a", "https://node.example.com:8443"),
        ("https://[2001:db8::1]/m/a", "a", "https://[2001:db8::1]"),
        ("https://[2001:db8::1]:8443/m/a", "a", "https://[2001:db8::1]:8443"),
        ("https://192.0.2.1/m/a%40example.com", "a@example.com", "https://192.0.2.1"),
        ("https://n/m/a%2Fb", "a/b", "https://n"),
        ("https://n/?conference=a%2Bb+c", "a+b c", "https://n"),
        ("https://n/webapp/conference/m", "m", "https://n"),
        ("https://n/m/caf%C3%A9", "café", "https://n"),
        (" <https://n/m/a>\u200b", "a", "https://n"),
    ],
)
def test_links_of_every_form(link: str, alias: str, node: str) -> None:
    pasted = read_address(link)
    assert pasted.node is not None
    assert (pasted.alias, pasted.node.url) == (alias, node)


@pytest.mark.parametrize(
    ("uri", "alias"),
    [
        ("sip:meet.alice@example.com", "meet.alice@example.com"),
        ("SIPS:meet.alice@example.com:5061;transport=tls", "meet.alice@example.com"),
        ("sip:meet%2Ealice@example.com?subject=x", "meet.alice@example.com"),
        ("sip:meet.alice", "meet.alice"),
        ("sip:192.0.2.1:5060", "192.0.2.1"),
        ("sip:meet@[2001:db8::1]:5060", "meet@[2001:db8::1]"),
        ("pexip://meet.alice@example.com/", "meet.alice@example.com"),
        ("pexip:meet.alice@example.com?role=guest", "meet.alice@example.com"),
        ("<sip:meet.alice@example.com>", "meet.alice@example.com"),
        ("\ufeffmeet.alice\u00a0", "meet.alice"),
        ("room:1", "room:1"),
        ("room:1@example.com", "room:1@example.com"),
        ("a;b=c@example.com", "a;b=c@example.com"),
        ("a/m/b", "a/m/b"),
    ],
)
def test_of_a_uri_user_and_host_are_the_alias(uri: str, alias: str) -> None:
    assert read_address(uri) == Pasted(alias)


@pytest.mark.parametrize(
    "address",
    [
        f"{NODE}/webapp/conference/a?pin={PIN}",
        f"{NODE}/webapp/conference/a?role=guest&PIN={PIN}",
        f"{NODE}/?pin={PIN}&conference=a",
        f"{NODE}/webapp/#/?conference=a&pin={PIN}",
        f"{NODE}/m/a?guest_pin={PIN}",
        f"{NODE}/m/a#passcode={PIN}",
        f"sip:a;pin={PIN}",
        f"pexip://a?role=host&pin={PIN}",
        f"sip:a:{PIN}@example.com",
    ],
)
def test_a_pin_in_it_is_dropped_and_that_is_known(address: str) -> None:
    pasted = read_address(address)
    assert pasted.had_pin
    assert PIN not in repr(pasted)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"http://node.example.com/m/a?pin={PIN}", "a link with http://"),
        (f"{NODE}/webapp/home?pin={PIN}", "node.example.com names no conference"),
        (f"{NODE}/webapp/m/?pin={PIN}", "names no conference"),
        (f"{NODE}/m/%FF?pin={PIN}", "cannot be read"),
        (f"https://ann:{PIN}@node.example.com/m/a", "no name or password before its host"),
        (f"https://no_de!/m/a?pin={PIN}", "not a node address"),
        (f"https:///m/a?pin={PIN}", "not a node address"),
        (f"{NODE}:99999/m/a?pin={PIN}", "not a node address"),
        (f"{NODE}/m/a\u200bb?pin={PIN}", r"invisible character U\+200B"),
        (f"{NODE}/m/a%E2%80%8Bb?pin={PIN}", r"invisible character U\+200B"),
        (f"{NODE}/m/a%01b?pin={PIN}", r"invisible character U\+0001"),
        (f"{NODE}/m/..?pin={PIN}", "not a conference alias"),
        (f"sip:%FF@example.com;pin={PIN}", "cannot be read"),
        (f"node.example.com/webapp/m/a?pin={PIN}", "has no PIN in it"),
        (f"//node.example.com/m/a?role=guest&PIN={PIN}", "has no PIN in it"),
        (f"node.example.com/webapp/#/?conference=a&guest_pin={PIN}", "has no PIN in it"),
        (f"<node.example.com/m/a%3Fpin={PIN}>", "has no PIN in it"),
        (f"a@example.com;pin={PIN}", "has no PIN in it"),
        (f"ann:{PIN}@node.example.com/m/a", "has no PIN in it"),
        (f"//ann:{PIN}@node.example.com/m/a", "has no PIN in it"),
        ("sip:", "not a conference alias"),
        ("", "not a conference alias"),
    ],
)
def test_what_cannot_be_meant_is_told_without_the_pin(address: str, said: str) -> None:
    with pytest.raises(UsageFault, match=said) as raised:
        read_address(address)
    assert PIN not in f"{raised.value}{raised.value.__cause__}"
    assert str(raised.value).isprintable()


PARTS = [*"/?#&=:;@[]%.<>", "https://", "sip:", "m", "conference", "pin", "é", "\u200b"]


@given(st.lists(st.sampled_from(PARTS)))
def test_any_text_is_an_alias_or_a_fault_of_the_user(parts: list[str]) -> None:
    alias = said = ""
    try:
        alias = read_address("".join(parts)).alias
    except UsageFault as fault:
        said = str(fault)
    assert alias or said
    assert f"{alias}{said}".isprintable()
