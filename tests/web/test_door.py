"""Who is let in to the page, over real sockets: one browser for a secret, and no other page."""

from __future__ import annotations

import pytest

from pexdash.errors import UsageFault
from pexdash.web.server import COOKIE
from tests.web.page import let_in, serving, stranger

EVIL = "http://evil.example"


async def test_a_secret_lets_one_browser_in_and_is_worth_nothing_from_then_on() -> None:
    async with serving() as server, stranger(server.door.address) as first:
        used = server.door.address
        assert await first.enter(used) == 200
        assert server.door.address != used
        async with stranger(used) as second:
            for wrong in (used, used[:-1], used + "x", used.partition("=")[0] + "=", first.origin):
                assert await second.enter(wrong) == 403
                assert not second.cookie
            assert await second.enter(server.door.address) == 200
            assert second.cookie != first.cookie
            assert await second.get(second.path + "/") == 200
        assert await first.get(first.path + "/") == 200


async def test_to_look_at_an_address_without_opening_it_does_not_use_it_up() -> None:
    async with serving() as server, stranger(server.door.address) as client:
        async with client.session.head(server.door.address) as answer:
            assert answer.status == 405
        assert await client.enter(server.door.address) == 200


async def test_the_cookie_is_for_this_page_alone_and_no_script_can_read_it() -> None:
    async with serving() as server, stranger(server.door.address) as client:
        async with client.session.get(server.door.address) as answer:
            cookie = answer.cookies[COOKIE]
            assert server.door.path in await answer.text(), "where the page is"
            assert cookie.value not in await answer.text()
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
        assert (cookie["path"], cookie["domain"], cookie["secure"]) == (server.door.path, "", "")


@pytest.mark.parametrize("what", ["/", "/page.js", "/static/js/textual.js", "/screen", "/nothing"])
async def test_nothing_is_there_without_the_cookie(what: str) -> None:
    async with serving() as server, let_in(server.door.address) as client:
        client.cookie = ""
        assert await client.get(client.path + what) == 403
        client.cookie = "x" * 43
        assert await client.get(client.path + what) == 403
        assert await client.refused() == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "192.0.2.1", "", "["]
)
async def test_a_name_that_was_made_to_lead_here_is_refused(host: str) -> None:
    async with serving() as server, let_in(server.door.address) as client:
        said = host.format(port=client.origin.rpartition(":")[2])
        assert await client.get(server.door.address, Host=said) == 403
        assert await client.get(client.path + "/", Host=said) == 403
        assert await client.refused(Host=said, Origin=f"http://{said}") == 403
        assert await client.get(server.door.address) == 200, "the secret is still good"


async def test_this_machine_by_its_other_names_is_let_in() -> None:
    async with serving() as server, let_in(server.door.address) as client:
        local = client.origin.replace("127.0.0.1", "localhost")
        headers = {"Host": local.removeprefix("http://"), "Origin": local}
        assert await client.get(client.path + "/", **headers) == 200
        async with client.screen(**headers) as screen:
            await screen.shows("size 90 30")


@pytest.mark.parametrize(
    "origin",
    ["", "null", EVIL, "http://127.0.0.1", "http://127.0.0.1:1", "https://127.0.0.1:{port}"],
)
async def test_a_page_of_another_origin_gets_no_screen(origin: str) -> None:
    async with serving() as server, let_in(server.door.address) as client:
        port = client.origin.rpartition(":")[2]
        assert await client.refused(Origin=origin.format(port=port)) == 403


async def test_what_a_browser_must_not_do_with_an_answer_stands_on_every_one() -> None:
    async with serving() as server, let_in(server.door.address) as client:
        sent = {"Cookie": f"{COOKIE}={client.cookie}"}
        for path in ("/", "/page.css", "/static/css/xterm.css", "/nothing", "/../"):
            async with client.session.get(client.path + path, headers=sent) as answer:
                headers = answer.headers
            assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Server"] == "pexdash"


async def test_behind_a_proxy_with_tls_the_page_is_the_proxys() -> None:
    url = "https://dash.example.com"
    async with serving(public_url=url) as server:
        assert server.door.address.startswith(f"{url}/?secret=")
        assert not server.door.is_exposed
        own = f"http://127.0.0.1:{server.port}"
        async with stranger(own) as client:
            opened = server.door.address.replace(url, own)
            async with client.session.get(opened, headers={"Host": "dash.example.com"}) as answer:
                assert answer.cookies[COOKIE]["secure"] is True
            opened = server.door.address.replace(url, own)
            assert await client.enter(opened, Host="dash.example.com") == 200
            # A proxy may say its own name or ours.
            for host in ("dash.example.com", f"127.0.0.1:{server.port}"):
                async with client.screen(Host=host, Origin=url) as screen:
                    await screen.shows("size 90 30")
            assert await client.refused(Origin=EVIL, Host="dash.example.com") == 403


@pytest.mark.parametrize("url", ["dash.example.com", "https://dash.example.com/path", "ftp://a"])
async def test_where_browsers_find_it_is_an_origin(url: str) -> None:
    with pytest.raises(UsageFault, match="an origin is written as"):
        async with serving(public_url=url):
            pass


async def test_on_a_network_an_address_will_do_for_a_name_and_a_name_will_not() -> None:
    async with serving(host="0.0.0.0") as server, let_in(server.door.address) as client:
        assert server.door.is_exposed
        assert await client.get(client.path + "/", Host="192.0.2.1:80") == 200
        assert await client.get(client.path + "/", Host="evil.example") == 403


async def test_where_nobody_can_listen() -> None:
    with pytest.raises(UsageFault, match="cannot be listened on"):
        async with serving(host="192.0.2.1"):
            pass
