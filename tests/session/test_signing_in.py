"""Signing in: the provider, the browser's way there and back, and what must not be used."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from pexdash.api.address import parse_node
from pexdash.api.loopback import SIGN_IN_SECONDS
from pexdash.errors import (
    IdentityProvider,
    NameRequired,
    Refused,
    SignInRequired,
)
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.membership.invitation import (
    AskPin,
    Invitation,
    ProviderQuestion,
    SignInDesk,
    SignInQuestion,
)
from pexdash.session.membership.joining import Joiner
from tests.api.listening import is_listening
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, client_of, never_asked
from tests.session.pins import Answers

COMPANY = ConferenceSettings(ALIAS, idps=("Company",))
TWO = ConferenceSettings(ALIAS, idps=("Company", "Partner & Sons"))
WITH_PIN = ConferenceSettings(ALIAS, host_pin="1234", idps=("Company",))


async def browse(question: SignInQuestion) -> httpx.Response:
    """What a browser does: open the page, press its button, and follow to where that leads."""
    async with httpx.AsyncClient(trust_env=False) as http:
        page = await http.get(question.url)
        assert page.status_code == 200
        assert "Sign in as Alice" in page.text
        answer = await http.post(question.url)
        assert answer.status_code == 303
        return answer


async def visit(url: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(url, headers=headers)


@dataclass
class Desk:
    """A host at the desk: chooses the provider of that name, and signs in as `way` does."""

    way: Callable[[SignInQuestion], Awaitable[None]] | None = None
    choice: int = 0
    asked: list[ProviderQuestion] = field(default_factory=list)
    pages: list[SignInQuestion] = field(default_factory=list)
    pages_read: list[httpx.Response] = field(default_factory=list)

    async def choose(self, question: ProviderQuestion) -> IdentityProvider:
        self.asked.append(question)
        return question.providers[self.choice]

    async def sign_in(self, question: SignInQuestion) -> Secret:
        self.pages.append(question)
        waiting = asyncio.ensure_future(question.loopback.token())
        try:
            if self.way is not None:
                await self.way(question)
            else:
                answer = await browse(question)
                self.pages_read.append(await visit(answer.headers["location"]))
            return await waiting
        finally:
            waiting.cancel()

    @property
    def desk(self) -> SignInDesk:
        return SignInDesk(self.choose, self.sign_in)


@asynccontextmanager
async def joining(
    settings: ConferenceSettings,
    desk: Desk | SignInDesk | None,
    clock: ManualClock | None = None,
    ask_pin: AskPin = never_asked,
    **fields: object,
) -> AsyncIterator[tuple[EmbeddedNode, Joiner]]:
    clock = clock or ManualClock()
    async with EmbeddedNode(settings, clock=clock) as node:
        invitation = Invitation(ALIAS, "Alice", parse_node(node.url), fields=fields)
        yield (
            node,
            Joiner(
                invitation,
                connect=client_of,
                ask_pin=ask_pin,
                desk=desk.desk if isinstance(desk, Desk) else desk,
                rng=random.Random(7),
                clock=clock,
            ),
        )


def bodies(node: EmbeddedNode) -> list[dict[str, object]]:
    return [json.loads(one.body) for one in node.received if one.path.endswith("/request_token")]


async def test_the_browser_brings_the_token_back_and_we_are_in_as_somebody_verified() -> None:
    desk = Desk(choice=1)
    async with joining(TWO, desk) as (node, joiner):
        client, token = await joiner.first_token()
        (question,) = desk.asked
        assert [one.name for one in question.providers] == ["Company", "Partner & Sons"]
        assert question.failed == ""
        assert "You are signed in" in desk.pages_read[0].text
        one = node.conference(ALIAS).participants[token.participant_uuid]
        assert one.is_idp_authenticated
        assert token.told["idp_uuid"] == question.providers[1].uuid
        first, chosen, signed_in = bodies(node)
        assert "chosen_idp" not in first
        assert chosen["chosen_idp"] == signed_in["chosen_idp"] == question.providers[1].uuid
        assert "__pexip-sso-token__" in str(chosen["sso_redirect_target"])
        assert "sso_redirect_target" not in signed_in
        assert not is_listening(desk.pages[0].loopback)
        await client.aclose()


async def test_a_token_of_a_sign_in_is_said_once_and_a_later_join_signs_in_anew() -> None:
    desk = Desk()
    async with joining(COMPANY, desk) as (node, joiner):
        first = await joiner.first_token()
        second = await joiner.another_token(first)
        tokens = [one["sso_token"] for one in bodies(node) if "sso_token" in one]
        assert len(tokens) == len(set(tokens)) == 2
        assert len(desk.pages) == 2
        await first.client.aclose()
        await second.client.aclose()


async def test_a_pin_is_asked_for_after_the_sign_in_which_holds() -> None:
    desk, pins = Desk(), Answers("1234")
    async with joining(WITH_PIN, desk, ask_pin=pins) as (_, joiner):
        client, token = await joiner.first_token()
        assert token.role is Role.HOST
        assert len(desk.pages) == len(pins.asked) == 1
        await client.aclose()


async def test_without_anybody_to_sign_in_the_providers_are_named() -> None:
    async with joining(TWO, None) as (_, joiner):
        with pytest.raises(SignInRequired, match="Company, Partner & Sons") as refused:
            await joiner.first_token()
        assert refused.value.exit_status == 4


async def test_where_nobody_can_come_back_the_address_is_told_and_leads_to_the_token() -> None:
    async with joining(COMPANY, SignInDesk(Desk().choose)) as (node, joiner):
        with pytest.raises(SignInRequired) as refused:
            await joiner.first_token()
        assert refused.value.url in str(refused.value)
        assert refused.value.url.startswith(node.url)
        async with httpx.AsyncClient(trust_env=False) as http:
            page = await http.post(refused.value.url)
        token = page.text.split("<pre>")[1].split("</pre>")[0]
        invitation = Invitation(
            ALIAS, "Alice", parse_node(node.url), fields={"sso_token": Secret(token)}
        )
        again = Joiner(invitation, connect=client_of, ask_pin=never_asked, rng=random.Random(7))
        admission = await again.first_token()
        with pytest.raises(SignInRequired):
            await again.another_token(admission)
        assert "sso_token" not in bodies(node)[-1], "it was good for one use"
        await admission.client.aclose()


async def test_a_token_that_the_node_does_not_know_is_refused() -> None:
    async with joining(COMPANY, None, sso_token=Secret("made-up-token")) as (_, joiner):
        with pytest.raises(Refused, match="SSO Authentication Failed"):
            await joiner.first_token()


async def test_a_pasted_token_that_is_none_lets_the_host_try_again() -> None:
    ways = iter(("no-token-of-anybody", ""))

    async def way(question: SignInQuestion) -> None:
        if made_up := next(ways):
            question.loopback.paste(made_up)
        else:
            answer = await browse(question)
            question.loopback.paste(answer.headers["location"])

    desk = Desk(way)
    async with joining(COMPANY, desk) as (_, joiner):
        client, _token = await joiner.first_token()
        assert [one.failed for one in desk.asked] == ["", "SSO Authentication Failed"]
        await client.aclose()


async def test_a_pasted_token_alone_is_enough() -> None:
    async def way(question: SignInQuestion) -> None:
        answer = await browse(question)
        token = answer.headers["location"].partition("token=")[2]
        question.loopback.paste(f"  {token}\n")

    async with joining(COMPANY, Desk(way)) as (_, joiner):
        client, _ = await joiner.first_token()
        await client.aclose()


async def test_who_comes_back_too_late_finds_nobody_and_the_host_may_try_again() -> None:
    clock = ManualClock()
    late: list[str] = []

    async def way(question: SignInQuestion) -> None:
        answer = await browse(question)
        if not late:
            late.append(answer.headers["location"])
            await clock.advance(SIGN_IN_SECONDS)
            with pytest.raises(httpx.TransportError):
                await visit(late[0])
        else:
            await visit(answer.headers["location"])

    desk = Desk(way)
    async with joining(COMPANY, desk, clock) as (_, joiner):
        client, _ = await joiner.first_token()
        assert [bool(one.failed) for one in desk.asked] == [False, True]
        assert "two minutes" in desk.asked[1].failed
        await client.aclose()


async def test_a_host_who_leaves_the_sign_in_leaves_nothing_open() -> None:
    class Left(Refused):
        pass

    async def way(question: SignInQuestion) -> None:
        raise Left("left")

    desk = Desk(way)
    async with joining(COMPANY, desk) as (node, joiner):
        with pytest.raises(Left):
            await joiner.first_token()
        assert not is_listening(desk.pages[0].loopback)
        assert not node.conference(ALIAS).participants


async def test_a_join_that_is_cancelled_leaves_nothing_open() -> None:
    async def way(question: SignInQuestion) -> None:
        await asyncio.Event().wait()

    desk = Desk(way)
    async with joining(COMPANY, desk) as (_, joiner):
        task = asyncio.ensure_future(joiner.first_token())
        await eventually(lambda: desk.pages)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert not is_listening(desk.pages[0].loopback)


async def test_a_sign_in_in_vain_ends_after_three_tries() -> None:
    async def way(question: SignInQuestion) -> None:
        question.loopback.paste("no-token-of-anybody")

    desk = Desk(way)
    async with joining(COMPANY, desk) as (_, joiner):
        with pytest.raises(Refused, match="SSO Authentication Failed"):
            await joiner.first_token()
        assert len(desk.pages) == 3


async def test_a_wanted_name_is_asked_for() -> None:
    async def ask_name(alias: str) -> str:
        assert alias == ALIAS
        return "Alice Example"

    async with joining(COMPANY, SignInDesk(Desk().choose, None, ask_name)) as (node, joiner):
        node.faults.answer(
            "request_token", 403, b'{"status":"success","result":{"display_name":"required"}}'
        )
        with pytest.raises(SignInRequired):
            await joiner.first_token()
        assert [one["display_name"] for one in bodies(node)][:2] == ["Alice", "Alice Example"]


async def test_without_anybody_to_ask_a_wanted_name_is_told() -> None:
    async with joining(COMPANY, None) as (node, joiner):
        node.faults.answer(
            "request_token", 403, b'{"status":"success","result":{"display_name":"required"}}'
        )
        with pytest.raises(NameRequired, match="display name"):
            await joiner.first_token()
