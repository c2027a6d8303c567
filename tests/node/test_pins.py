"""Wrong PINs: how many an address may try, and that nothing else tells a right one."""

from __future__ import annotations

import pytest

from pexdash.node.limits import Limits
from pexdash.node.pins import PinTries, is_pin, source_of
from pexdash.node.refusals import Refusal
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, Client, joined, refused

GUARDED = ConferenceSettings(ALIAS, host_pin="1234")
WRONG = (403, "success", "Invalid PIN")
NOT_LOOKED_AT = (429, "failed", "Too many wrong PINs")
THREE = Limits(pin_tries=3)


async def guess(client: Client, pin: str) -> tuple[int, str, object]:
    """The refusal of a guess, each on a connection of its own."""
    return refused(await client.send("request_token", headers={"pin": pin, "connection": "close"}))


async def test_of_a_second_s_wrong_pins_only_so_many_are_looked_at() -> None:
    clock = ManualClock()
    async with EmbeddedNode(GUARDED, clock=clock, limits=THREE) as node, Client(node) as client:
        for _ in range(2):
            assert [await guess(client, str(pin)) for pin in range(4)] == [WRONG] * 3 + [
                NOT_LOOKED_AT
            ]
            answer = await client.send("request_token", headers={"pin": "1234"})
            assert refused(answer) == NOT_LOOKED_AT, "the right one is not looked at either"
            assert answer.headers["retry-after"] == "1"
            await clock.advance(1)
        assert (await client.join(pin="1234"))["role"] == "HOST"


async def test_no_header_makes_another_address_of_one() -> None:
    clock = ManualClock()
    async with EmbeddedNode(GUARDED, clock=clock, limits=THREE) as node, Client(node) as client:
        answers = []
        for number in range(4):
            client.http.headers["x-forwarded-for"] = f"192.0.2.{number}"
            answers.append(await guess(client, "99"))
        assert answers == [WRONG] * 3 + [NOT_LOOKED_AT]


async def test_who_guesses_no_pin_is_let_in_meanwhile() -> None:
    clock = ManualClock()
    async with EmbeddedNode(GUARDED, clock=clock, limits=THREE) as node, Client(node) as client:
        for _ in range(4):
            await guess(client, "99")
        assert (await client.join(pin="none"))["role"] == "GUEST"
        assert refused(await client.send("request_token"))[2] == {
            "pin": "required",
            "guest_pin": "none",
            "version": {"version_id": "39", "pseudo_version": "79019.0.0"},
        }


async def test_a_transfer_is_no_way_to_guess_more() -> None:
    clock = ManualClock()
    mine, theirs = ConferenceSettings("mine"), GUARDED
    async with (
        EmbeddedNode(mine, theirs, clock=clock, limits=THREE) as node,
        Client(node, "/api/client/v2/conferences/mine/") as client,
    ):
        await client.join()
        body = {"conference_alias": ALIAS, "role": "chair", "pin": "0"}
        answers = [await client.send("transfer", body, uuid=client.uuid) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        async with Client(node) as other:
            assert await guess(other, "1") == NOT_LOOKED_AT


@pytest.mark.parametrize("pin", ["12345", "123", "1234 x", "\udcff", "ä", "12\u0663\u0664"])
def test_what_is_not_the_pin_does_not_pass(pin: str) -> None:
    assert not is_pin(pin, "1234")
    assert GUARDED.role_of(pin) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_whose_tries_are_counted_together(one: str, other: str, same: bool) -> None:
    assert (source_of(one) == source_of(other)) is same
    tries = PinTries(1, ManualClock())
    tries.check(other)
    tries.note_wrong(one)
    if same:
        with pytest.raises(Refusal):
            tries.check(other)
    else:
        tries.check(other)


def test_many_addresses_are_no_burden() -> None:
    tries = PinTries(1, ManualClock())
    addresses = [f"2001:db8:{number:x}::1" for number in range(10_500)]
    for address in addresses:
        tries.note_wrong(address)
    for address in addresses[:500]:
        tries.check(address)
    with pytest.raises(Refusal):
        tries.check(addresses[500])


async def test_tokens_are_no_consequence_of_the_seed() -> None:
    tokens, uuids = set(), []
    for _ in range(2):
        async with EmbeddedNode(ConferenceSettings(ALIAS)) as node, joined(node) as alice:
            calls = await alice.result("calls", {"call_type": "RTMP"}, uuid=alice.uuid)
            fresh = await alice.result("refresh_token")
            tokens |= {alice.token, fresh["token"], calls["call_uuid"]}
            uuids.append(alice.uuid)
    assert len(tokens) == 6
    assert uuids[0] == uuids[1], "who is who stays the same for the same seed"
