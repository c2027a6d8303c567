"""Which proxy stands before a node, by the same variables as everywhere."""

from __future__ import annotations

import pytest

from pexdash.api.address import parse_node
from pexdash.api.http.proxy import proxy_for, proxy_name
from pexdash.errors import UsageFault

pytestmark = pytest.mark.usefixtures("no_proxies")


@pytest.mark.parametrize(
    ("settings", "node", "proxy"),
    [
        ({}, "node.example", ""),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "node.example", "proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, "node.example", "proxy.example:3128"),
        ({"ALL_PROXY": "http://proxy.example"}, "node.example", "proxy.example:80"),
        ({"ALL_PROXY": "https://proxy.example"}, "node.example", "proxy.example:443"),
        ({"ALL_PROXY": "http://u:Canary@p.example:1"}, "node.example", "p.example:1"),
        ({"HTTP_PROXY": "http://proxy.example"}, "node.example", ""),
        ({"ALL_PROXY": "http://a", "HTTPS_PROXY": "http://b:1"}, "node.example", "b:1"),
        ({"ALL_PROXY": "http://[2001:db8::1]:3128"}, "node.example", "2001:db8::1:3128"),
    ],
)
def test_the_proxy_for_a_node(
    settings: dict[str, str], node: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = proxy_for(parse_node(node), None)
    assert (proxy_name(found) if found else "") == proxy
    assert "Canary" not in repr(found)


@pytest.mark.parametrize(
    ("exceptions", "node", "proxied"),
    [
        ("*", "node.example", False),
        ("node.example", "node.example", False),
        ("example", "node.example", False),
        (".example", "node.example", False),
        ("a.test, node.example", "node.example", False),
        ("node.example:8443", "node.example:8443", False),
        ("node.example:8443", "node.example", True),
        ("ode.example", "node.example", True),
        ("10.0.0.1", "10.0.0.1", False),
        ("2001:db8::1", "[2001:db8::1]", False),
        ("[2001:db8::1]", "[2001:db8::1]:8443", False),
        ("2001:db8::2", "[2001:db8::1]", True),
        ("2001:0db8:0::1", "[2001:db8::1]", False),
        ("[2001:db8::1]:8443", "[2001:db8::1]:8443", False),
        ("[2001:db8::1]:8443", "[2001:db8::1]", True),
        ("192.0.2.0/24", "192.0.2.7", False),
        ("192.0.2.9/24", "192.0.2.7:8443", False),
        ("192.0.2.0/24", "192.0.3.7", True),
        ("192.0.2.0/24", "node.example", True),
        ("192.0.2.0/33", "192.0.2.7", True),
        ("0.0.0.0/0", "192.0.2.7", False),
        ("0.0.0.0/0", "[2001:db8::1]", True),
        ("2001:db8::/32", "[2001:db8:1::1]", False),
        ("[2001:db8::]/32", "[2001:db8:1::1]", False),
        ("2001:db8::/32", "[2001:db9::1]", True),
        ("x, 192.0.2.0/24 198.51.100.0/24", "198.51.100.7", False),
        ("*.example", "node.example", False),
        ("NODE.Example.", "node.example", False),
        ("node.example:x", "node.example", True),
        ("bücher.example", "bücher.example", False),
        ("a,*,b", "node.example", False),
        ("0.0.1", "10.0.0.1", True),
        (",. ,:,/,[", "node.example", True),
    ],
)
def test_nodes_that_go_without_the_proxy(
    exceptions: str, node: str, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (proxy_for(parse_node(node), None) is not None) is proxied


@pytest.mark.parametrize(
    "node", ["localhost", "127.0.0.1:8443", "[::1]", "http://127.0.0.1:8000", "http://localhost"]
)
def test_this_machine_is_never_behind_a_proxy(node: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    assert proxy_for(parse_node(node), None) is None


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_does_not_get_to_read_the_pin(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://u:Canary@proxy.example:3128")
    with pytest.raises(UsageFault, match="could read the PIN and the token") as raised:
        proxy_for(parse_node("http://node.example"), None)
    assert "proxy.example:3128" in str(raised.value)
    assert "NO_PROXY" in str(raised.value)
    assert "Canary" not in str(raised.value)
    monkeypatch.setenv("NO_PROXY", "node.example")
    assert proxy_for(parse_node("http://node.example"), None) is None


@pytest.mark.parametrize(
    "setting",
    [
        "socks5://u:Canary@proxy.example:1080",
        "socks5h://u:Canary@proxy.example",
        "ftp://u:Canary@proxy.example",
        "http://u:Canary@proxy.example:port",
        "http://u:Canary@[::1",
        "http://",
        "http://u:Canary@",
        "http://proxy.example\x1b[2J:80",
        "http://\x00Canary",
        "://Canary",
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pexdash.api.http.proxy.getproxies", lambda: {"https": setting})
    with pytest.raises(UsageFault, match="the proxy set for https is no") as raised:
        proxy_for(parse_node("node.example"), None)
    assert raised.value.__context__ is None
    assert "Canary" not in str(raised.value)
    assert str(raised.value).isprintable()
