"""Who may do what, enforced by a real server that runs the configuration we print."""

from __future__ import annotations

import os
from collections.abc import Awaitable
from pathlib import Path

import pytest

from pexdash.bus.bus import open_bus
from pexdash.bus.library import api
from pexdash.bus.server_config import ServerPlan, server_config
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import (
    COL,
    LOG,
    META,
    STATE,
    action,
    all_alarms,
    collector,
    conferences,
    live,
    log,
    own,
    participant,
    participants,
    pulse,
    summaries,
    summary,
    token,
)
from pexdash.bus.user_keys import public_key
from pexdash.errors import BusRefused, NobodyHolds, UsageFault
from tests.bus.fleet import C7, C8, USERS, fleet
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")


async def refused(call: Awaitable[object]) -> str:
    """The words in which the server refuses it."""
    with pytest.raises(BusRefused, match="the server does not let us") as found:
        await call
    return str(found.value)


async def test_a_viewer_reads_how_conferences_stand_and_nothing_else(tmp_path: Path) -> None:
    async with fleet(tmp_path) as everybody:
        noc = everybody["noc"]
        assert noc.has_users
        assert len(await noc.listed(STATE, summaries())) == 2
        assert await noc.get(STATE, summary(C7)) is not None
        assert await noc.listed(STATE, all_alarms()) == []
        assert len(await noc.listed(META, conferences())) == 2
        assert len(await noc.listed(COL, collector())) == 1
        heard: list[bytes] = []
        await noc.hear(pulse(), lambda subject, payload: heard.append(payload))
        await everybody["one"].say(pulse(1), b"pulse")
        await eventually(lambda: heard == [b"pulse"])
        words = await refused(noc.listed(STATE, participants(C7)))
        assert words.startswith(
            f"{participants(C7)} cannot be read: the server does not let us read"
        )
        for subject in ("pdx.>", "pdx.*.*.*", "pdx.*.tok.*", token(C7)):
            await refused(noc.listed(STATE, subject))
        await refused(noc.get(STATE, token(C7)))
        await refused(noc.get(STATE, participant(C7, "ann")))
        await refused(noc.listed(LOG, log()))
        for subject in (live(C7), "pdx.>", "_INBOX.>", "_INBOX.one.>", "pdx.act.>"):
            await refused(noc.hear(subject, lambda subject, payload: None))
        await refused(noc.ask(action("noc", C7, "conference", "lock"), b"", 60.0))
        await refused(noc.put(summary(C7), b"false"))
        await refused(noc.drop(STATE, summary(C7)))


async def test_a_host_has_its_own_conference_and_its_own_name(tmp_path: Path) -> None:
    async with fleet(tmp_path) as everybody:
        jo = everybody["jo"]
        assert [kept.payload for kept in await jo.listed(STATE, participants(C7))] == [b"person"]
        assert len(await jo.listed(STATE, summaries())) == 2
        heard: list[bytes] = []
        await jo.hear(live(C7), lambda subject, payload: heard.append(payload))
        await everybody["one"].say(live(C7), b"talk")
        await eventually(lambda: heard == [b"talk"])
        with pytest.raises(NobodyHolds):
            await jo.ask(action("jo", C7, "conference", "lock"), b"", 60.0)

        async def answer(subject: str, payload: bytes) -> bytes:
            return b"done"

        stop = await everybody["one"].answer("pdx.act.*.*.>", answer)
        assert await jo.ask(action("jo", C7, "conference", "lock"), b"", 60.0) == b"done"
        await stop()
        await refused(jo.ask(action("max", C7, "conference", "lock"), b"", 60.0))
        await refused(jo.ask(action("jo", C8, "conference", "lock"), b"", 60.0))
        await refused(jo.listed(STATE, participants(C8)))
        await refused(jo.listed(STATE, "pdx.*.st.*.*"))
        await refused(jo.hear(live(C8), lambda subject, payload: None))
        await refused(jo.get(STATE, token(C7)))
        await refused(jo.listed(LOG, log()))


async def test_an_operator_reads_all_but_tokens_and_acts_by_its_own_name(tmp_path: Path) -> None:
    async with fleet(tmp_path) as everybody:
        operator = everybody["max"]
        for key in (C7, C8):
            assert len(await operator.listed(STATE, participants(key))) == 1
            with pytest.raises(NobodyHolds):
                await operator.ask(action("max", key, "conference", "lock"), b"", 60.0)
        assert [kept.payload for kept in await operator.listed(LOG, log())] == [b"logged"]
        entries = operator.read_log(log(), since=0.0)
        first = await anext(entries)
        assert first is not None
        assert first.payload == b"logged"
        await entries.aclose()
        await refused(operator.ask(action("jo", C7, "conference", "lock"), b"", 60.0))
        await refused(operator.listed(STATE, "pdx.*.tok.*"))
        await refused(operator.get(STATE, token(C7)))
        await refused(operator.put(own(1), b"mine"))
        told: list[str] = []
        operator.on_refusal(told.append)
        await operator.say(pulse(1), b"false")
        await eventually(lambda: told == [f"the server does not let us publish {pulse(1)}"])


async def test_what_the_server_delivers_by_a_readers_wish_is_no_request_and_no_news(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with fleet(tmp_path) as everybody:
        one, jo, noc = everybody["one"], everybody["jo"], everybody["noc"]
        asked: list[str] = []
        heard: list[bytes] = []
        lock = action("jo", C7, "conference", "lock")

        async def answer(subject: str, payload: bytes) -> bytes:
            asked.append(subject)
            return b"done"

        # The server delivers where somebody hears exactly this subject.
        await one.answer(lock, answer)
        for subject in (live(C7), pulse(7)):
            await jo.hear(subject, lambda subject, payload: heard.append(payload))
        for at, subject in enumerate((lock, live(C7), pulse(7))):
            await noc._connection.js.add_consumer(
                META,
                api.ConsumerConfig(
                    name=f"forged{at}",
                    deliver_subject=subject,
                    filter_subject=conferences(),
                    ack_policy=api.AckPolicy.NONE,
                ),
            )
        await eventually(lambda: "came without anybody who asks" in caplog.text)
        for subject in (live(C7), pulse(7)):
            await one.say(subject, b"true")
        await jo.ask(lock, b"", 60.0)
        await eventually(lambda: len(heard) >= 2)
        assert heard == [b"true", b"true"]
        assert asked == [lock]


async def test_who_gives_no_name_or_another_key_is_told_so(tmp_path: Path) -> None:
    files = {user.name: tmp_path / f"{user.name}.nk" for user in USERS}
    keys = {name: public_key(path) for name, path in files.items()}
    plan = ServerPlan(USERS, keys, "127.0.0.1:-1", str(tmp_path))
    async with nats_server(tmp_path, whole=server_config(plan)) as server:
        async with open_bus(BusSettings(server.url, nkey=files["noc"]), "noc") as bus:
            assert bus.has_users
            assert "give the user's name" in await refused(bus.made_at(STATE))
        strange = tmp_path / "strange.nk"
        public_key(strange)
        for settings in (BusSettings(server.url), BusSettings(server.url, nkey=strange)):
            with pytest.raises(BusRefused, match="does not know us: check"):
                async with open_bus(settings, "nobody"):
                    pass


async def test_a_follower_whose_right_is_taken_away_says_so(tmp_path: Path) -> None:
    async with fleet(tmp_path) as everybody:
        nothing = [lambda: None, lambda: None]
        await refused(
            everybody["noc"].follow(
                STATE, participants(C7), lambda kept: None, anew=nothing[0], ended=nothing[1]
            )
        )


def test_a_key_is_made_once_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "jo.nk"
    key = public_key(path)
    assert key.startswith("U")
    assert public_key(path) == key != public_key(tmp_path / "max.nk")
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"no seed")
    with pytest.raises(UsageFault, match="holds no seed of a user's NKey"):
        public_key(path)
