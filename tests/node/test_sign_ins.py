"""The node's identity providers: what it asks, its page, and what a token is good for."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import pytest_asyncio

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.sign_ins import MOST, PAGE_SECONDS, TOKEN_SECONDS, Provider, SignIns
from tests.manual_clock import ManualClock

COMPANY = ConferenceSettings("meet.alice", idps=("Company", "Partner & <Sons>"))
OTHER = ConferenceSettings("other", idps=("Company",))
BACK = "http://127.0.0.1:9/state?token=__pexip-sso-token__"


class Desk:
    """A client of the node that plays the web client and its browser."""

    def __init__(self, node: EmbeddedNode, clock: ManualClock, http: httpx.AsyncClient) -> None:
        self.node, self.clock, self.http = node, clock, http

    async def ask(
        self, alias: str = "meet.alice", origin: str = "", **body: str
    ) -> tuple[int, Any]:
        path = f"/api/client/v2/conferences/{alias}/request_token"
        headers = {"origin": origin} if origin else {}
        answer = await self.http.post(path, json={"display_name": "Ann", **body}, headers=headers)
        return answer.status_code, answer.json()["result"]

    async def page(self, **body: str) -> str:
        """The address of a new sign-in's page."""
        _, listed = await self.ask()
        status, result = await self.ask(chosen_idp=listed["idp"][0]["uuid"], **body)
        assert status == 403
        return str(result["redirect_url"])

    async def token(self) -> str:
        """The token of a whole sign-in."""
        answer = await self.http.post(await self.page())
        return answer.text.split("<pre>")[1].split("</pre>")[0]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with (
        EmbeddedNode(COMPANY, OTHER, clock=clock) as node,
        httpx.AsyncClient(base_url=node.url, trust_env=False) as http,
    ):
        yield Desk(node, clock, http)


async def test_the_questions_have_the_shapes_of_todays_nodes(desk: Desk) -> None:
    status, result = await desk.ask(chosen_idp="none", sso_token="none")
    assert status == 403
    assert result.keys() == {"idp", "version"}
    assert [one["name"] for one in result["idp"]] == ["Company", "Partner & <Sons>"]
    assert all(one.keys() == {"name", "uuid", "disable_popup_flow"} for one in result["idp"])
    status, again = await desk.ask(chosen_idp=result["idp"][1]["uuid"])
    assert status == 403
    assert again["redirect_url"].startswith(f"{desk.node.url}/idp/")
    assert again["redirect_idp"] == {
        "name": "Partner & <Sons>",
        "uuid": result["idp"][1]["uuid"],
    }
    assert again["version"] == result["version"]
    assert not desk.node.conference("meet.alice").participants


async def test_the_page_has_one_button_and_nothing_of_others(desk: Desk) -> None:
    url = await desk.page(display_name="<b>Ann</b>", sso_redirect_target=BACK)
    page = await desk.http.get(url)
    assert "Sign in as &lt;b&gt;Ann&lt;/b&gt;" in page.text
    assert page.text.count("<button>") == 1
    assert "default-src 'none'" in page.headers["content-security-policy"]
    answer = await desk.http.post(url)
    assert answer.status_code == 303
    before, _, token = answer.headers["location"].partition("token=")
    assert before == "http://127.0.0.1:9/state?"
    status, result = await desk.ask(sso_token=unquote(token))
    assert status == 200
    (one,) = desk.node.conference("meet.alice").participants.values()
    assert one.is_idp_authenticated
    assert result["idp_uuid"]


@pytest.mark.parametrize("origin", ["null", "http://node.example:8080"])
async def test_its_button_works_in_a_browser(desk: Desk, origin: str) -> None:
    # A form of a page that keeps its address to itself (no-referrer) is of no origin.
    answer = await desk.http.post(await desk.page(), headers={"origin": origin})
    assert answer.status_code == 200


async def test_a_page_is_good_for_one_sign_in_and_some_minutes(desk: Desk) -> None:
    url = await desk.page(sso_redirect_target=BACK)
    assert (await desk.http.post(url)).status_code == 303
    assert (await desk.http.post(url)).status_code == 404
    later = await desk.page()
    await desk.clock.advance(PAGE_SECONDS)
    assert (await desk.http.get(later)).status_code == 404
    assert (await desk.http.get("/idp/made-up")).status_code == 404
    assert (await desk.http.put("/idp/made-up")).status_code == 405


async def test_a_token_is_good_for_one_use_for_a_minute_for_its_conference(desk: Desk) -> None:
    token = await desk.token()
    assert (await desk.ask("other", sso_token=token))[0] == 403
    assert (await desk.ask(sso_token=token))[0] == 200
    assert await desk.ask(sso_token=token) == (403, "SSO Authentication Failed")
    late = await desk.token()
    await desk.clock.advance(TOKEN_SECONDS)
    assert (await desk.ask(sso_token=late))[0] == 403


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert('__pexip-sso-token__')",
        "http://127.0.0.1:9/no-place-for-it",
        "http://[/__pexip-sso-token__",
        "data:text/html,__pexip-sso-token__",
        "https:///__pexip-sso-token__",
        "http://h/\r\nX: __pexip-sso-token__",
    ],
)
async def test_a_browser_is_sent_to_web_pages_alone(desk: Desk, target: str) -> None:
    _, listed = await desk.ask()
    chosen = listed["idp"][0]["uuid"]
    assert (await desk.ask(chosen_idp=chosen, sso_redirect_target=target))[0] == 400


async def test_a_page_that_has_opened_it_is_told_the_token_and_no_other(desk: Desk) -> None:
    _, listed = await desk.ask()
    _, result = await desk.ask(chosen_idp=listed["idp"][0]["uuid"], origin=desk.node.url)
    answer = await desk.http.post(result["redirect_url"])
    script = answer.text.split("<script>")[1].split("</script>")[0]
    assert f'"{desk.node.url}")' in html.unescape(script)
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    assert "<script>" not in (await desk.http.post(await desk.page())).text


async def test_who_has_no_name_is_asked_for_one(desk: Desk) -> None:
    answer = await desk.http.post(await desk.page(display_name=""))
    token = answer.text.split("<pre>")[1].split("</pre>")[0]
    assert await desk.ask(sso_token=token, display_name="") == (403, {"display_name": "required"})
    status, result = await desk.ask(sso_token=token, display_name="Ann")
    assert (status, result["display_name"]) == (200, "Ann")


async def test_who_comes_by_a_transfer_need_not_sign_in(desk: Desk) -> None:
    token = desk.node.conference("meet.alice").tokens.refer("guest", "Bob")
    status, result = await desk.ask(token=token)
    assert (status, result["role"]) == (200, "GUEST")


def test_sign_ins_and_tokens_are_bounded() -> None:
    sign_ins = SignIns(ManualClock())
    keys = [sign_ins.begin("a", Provider("u", "n"), "", "", "") for _ in range(MOST + 1)]
    assert sign_ins.page(keys[0]) is None
    assert sign_ins.page(keys[1]) is not None
    assert sign_ins.page(keys[-1]) is not None
    assert len(set(keys)) == len(keys)
