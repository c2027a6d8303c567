"""Each request of ours that has ended is a line of the audit, whatever it came from."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pexdash.errors import UsageFault
from pexdash.secret import Secret
from pexdash.session.feed.told import Acted
from pexdash.session.membership.auditing import audit_requests
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.audit import Audit
from pexdash.session.moderation.journal import Origin
from pexdash.session.moderation.participant_actions import transfer_step
from tests.eventually import eventually
from tests.session.host import ALIAS, hosting

COLUMNS = (
    "time operator as_name source session_id conference node action request targets fields"
    " confirmed http result reason took_ms event_seen_ms outcome"
)
ACT = Acted(1000.0, "Mute", "mute", "done")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(one) for one in path.read_text().splitlines()]


async def test_a_line_says_who_asked_whom_for_what_and_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "actions.ndjson"
    audit = Audit(path, say=pytest.fail)

    def begin(membership: Membership) -> None:
        audit_requests(membership, audit)

    async with hosting(before=begin) as host:
        ann = await host.someone("Ann Smith", uri="sip:ann@example.com")
        bob = await host.someone("Bob")
        moderation = host.membership.moderation
        plan = moderation.plan(BY_ID["mute"], [ann.uuid])
        await moderation.carry_out(replace(plan, origin=Origin("palette", confirmed="yes")))
        await eventually(lambda: host.shown(ann.uuid).is_muted)
        step = transfer_step("board@example.com", "guest", Secret("2468"))
        await moderation.carry_out(moderation.plan(BY_ID["transfer"], [bob.uuid], step))
        await host.membership.moderation.send_message("hello")
        me, node = host.me, str(host.membership.node)
    audit.close()
    muted, moved, said = lines(path)
    assert " ".join(muted) == COLUMNS
    assert muted["operator"].partition("@")[2]
    assert {name: muted[name] for name in ("source", "action", "request", "confirmed")} == {
        "source": "palette",
        "action": "mute",
        "request": "mute",
        "confirmed": "yes",
    }
    assert (muted["as_name"], muted["session_id"]) == ("Alice", me)
    assert (muted["conference"], muted["node"]) == (ALIAS, node)
    assert muted["targets"] == [
        {"uuid": ann.uuid, "name": "Ann Smith", "address": "sip:ann@example.com"}
    ]
    assert (muted["http"], muted["result"], muted["outcome"]) == (200, True, "done")
    assert 0 <= muted["took_ms"] <= muted["event_seen_ms"]
    assert (moved["source"], moved["confirmed"]) == ("key", "no")
    assert moved["fields"]["pin"] == "***"
    assert moved["http"] is not None
    assert (said["request"], said["fields"]["payload"], said["outcome"]) == (
        "message",
        "hello",
        "done",
    )
    assert "2468" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_refusal_and_what_is_left_open_have_a_line_too(tmp_path: Path) -> None:
    path = tmp_path / "actions.ndjson"
    audit = Audit(path, say=pytest.fail)
    async with hosting(before=lambda one: audit_requests(one, audit)) as host:
        ann = await host.someone("Ann Smith")
        plan = host.membership.moderation.plan(BY_ID["mute"], [ann.uuid])
        host.conference.leave(ann.uuid)
        await host.membership.moderation.carry_out(plan)
        # No event shows that the conference was started a second time.
        await host.act("lock")
    audit.close()
    gone, locked = lines(path)
    assert (gone["outcome"], gone["reason"]) == ("refused", "already left")
    assert locked["outcome"] == "done"


def test_two_programs_append_whole_lines_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "actions.ndjson"
    both = [Audit(path, say=pytest.fail) for _ in range(2)]

    def write(audit: Audit, node: str) -> None:
        for number in range(40):
            audit.take(replace(ACT, asked=float(number)), alias="meet", node=node * 2000)

    writing = [
        threading.Thread(target=write, args=(one, name))
        for one, name in zip(both, "ab", strict=True)
    ]
    for one in writing:
        one.start()
    for one in writing:
        one.join()
    for audit in both:
        audit.close()
    found = lines(path)
    for name in "ab":
        times = [one["time"] for one in found if one["node"][0] == name]
        assert len(times) == 40
        assert times == sorted(times)


def test_a_file_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    path = folder / "actions.ndjson"
    said: list[str] = []
    audit = Audit(path, say=said.append)
    path.unlink()
    path.mkdir()
    for number in range(3):
        audit.take(replace(ACT, asked=float(number)), alias="meet", node="node")
    audit.close()
    assert len(said) == 1
    assert "cannot be written" in said[0]


def test_lines_that_could_not_be_written_follow(tmp_path: Path) -> None:
    path = tmp_path / "actions.ndjson"
    said: list[str] = []
    heard = threading.Event()

    def say(words: str) -> None:
        said.append(words)
        path.rmdir()
        heard.set()

    audit = Audit(path, say=say)
    path.unlink()
    path.mkdir()
    audit.take(replace(ACT, title="first"), alias="meet", node="node")
    assert heard.wait(10)
    audit.take(replace(ACT, title="second"), alias="meet", node="node")
    audit.close()
    assert [one["action"] for one in lines(path)] == ["first", "second"]
    assert len(said) == 1


def test_a_line_that_was_cut_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "actions.ndjson"
    path.write_text('{"time": "20')
    audit = Audit(path, say=pytest.fail)
    audit.take(ACT, alias="meet", node="node")
    audit.close()
    assert json.loads(path.read_text().splitlines()[1])["request"] == "mute"


def test_a_file_that_cannot_be_opened_is_told_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="cannot be written"):
        Audit(tmp_path, say=pytest.fail)
