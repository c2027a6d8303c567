"""Rules act on whom they are for, once, and never where a guard forbids it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pexdash.model.participant import Role
from pexdash.node.wire.sent_events import frame
from pexdash.session.feed.told import Alarmed, Me
from pexdash.session.membership.ruling import follow_rules
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.journal import Entry
from pexdash.session.moderation.log import Log
from pexdash.session.rules.at_work import may_act
from tests.eventually import eventually
from tests.session.drops import back, drop
from tests.session.host import Host, settled
from tests.session.raw_node import RawNode, watching
from tests.session.ruling import COLLEAGUES, QUIET, only, passes, rules_of, ruling, waiting


def of_rules(host: Host) -> list[Entry]:
    entries = host.membership.moderation.journal.entries
    return [one for one in entries if one.origin.source.startswith("rule:")]


async def test_a_verified_domain_comes_in_and_a_name_that_looks_like_one_does_not(
    tmp_path: Path,
) -> None:
    async with ruling(rules_of(tmp_path, COLLEAGUES)) as (host, work):
        ann = await waiting(host, "Ann", "ann@example.com")
        pretends = [
            await waiting(host, "ann@example.com", "mallory@evil.test"),
            await waiting(host, "Mallory", "mallory@example.com", verified=False),
            await waiting(host, "domain:example.com", "x@example.com.evil.test"),
            await waiting(host, "Mal", "example.com@evil.test"),
            await waiting(host, "Eve", "eve@evil.example.com"),
        ]
        await host.pass_time_until(lambda: host.shown(ann.uuid).is_in)
        await passes(host)
        assert all(host.shown(one.uuid).is_waiting for one in pretends)
        (sent,) = of_rules(host)
        assert (sent.uuid, sent.origin.source, sent.request) == (
            ann.uuid,
            "rule:colleagues",
            "unlock",
        )
        assert only(work).acted == 1


async def test_it_holds_of_what_a_node_that_is_not_ours_tells(tmp_path: Path) -> None:
    def waits(uuid: str, name: str, uri: str, verified: object) -> dict[str, Any]:
        told = {"uuid": uuid, "display_name": name, "uri": uri, "is_idp_authenticated": verified}
        return {**told, "service_type": "waiting_room", "role": "guest", "protocol": "webrtc"}

    people = [
        waits("ann", "Ann", "ann@example.com", True),
        waits("mallory", "ann@example.com", "mallory@evil.test", True),
        waits("unverified", "Ann", "ann@example.com", False),
        waits("untold", "Ann", "ann@example.com", None),
    ]
    async with watching(RawNode([])) as watcher:
        work = follow_rules(watcher.membership, rules_of(tmp_path, COLLEAGUES), arm=True)
        try:
            for number, one in enumerate(people, 10):
                await watcher.node.send(frame("participant_create", number, one))
            await eventually(lambda: len(watcher.shown) == len(people))
            for _ in range(20):
                await watcher.clock.advance(0.5)
                await settled()
        finally:
            work.close()
        (asked,) = watcher.node.asked("unlock")
        assert b"/participants/ann/unlock " in asked


async def test_a_rule_is_a_dry_run_until_it_is_armed(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, COLLEAGUES), arm=False) as (host, work):
        ann = await waiting(host, "Ann", "ann@example.com")
        await host.pass_time_until(lambda: work.would)
        await passes(host)
        assert host.count("unlock") == 0
        assert (work.armed, work.would) == (0, 1)
        assert any("would: Admit Ann" in one.words for one in host.feed.history.happenings)
        work.arm(only(work))
        await host.pass_time_until(lambda: host.shown(ann.uuid).is_in)
        assert (work.armed, work.would) == (1, 0)


async def test_to_admit_without_proof_is_only_suggested(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, COLLEAGUES.replace(" is:verified", ""))
    async with ruling(rules) as (host, work):
        await waiting(host, "Ann", "ann@example.com")
        await host.pass_time_until(lambda: work.would)
        await passes(host)
        assert host.count("unlock") == 0
        assert "Rule colleagues suggests: admit Ann" in host.said


async def test_an_exact_list_of_addresses_admits(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        COLLEAGUES.replace("domain:example.com is:verified", "address:ann@x.test,bob@x.test"),
    )
    async with ruling(rules) as (host, _):
        ann = await waiting(host, "Ann", "sip:Ann@x.test", verified=False)
        eve = await waiting(host, "Eve", "ann@x.test.evil.test")
        await host.pass_time_until(lambda: host.shown(ann.uuid).is_in)
        await passes(host)
        assert host.shown(eve.uuid).is_waiting


async def test_the_time_to_wait_counts_from_the_nodes_own_time(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, COLLEAGUES + '    for = "60s"\n')
    async with ruling(rules) as (host, _):
        # A person who waited before we were told of it, as one in the list of a later join.
        ann = host.conference.join(
            "Ann", uri="ann@example.com", service_type="waiting_room", is_idp_authenticated=True
        )
        await eventually(lambda: ann.uuid in host.feed.conference.participants)
        assert await host.pass_time_until(lambda: host.shown(ann.uuid).is_in, within=70) >= 59


async def test_a_person_is_acted_on_once_and_left_to_whoever_undoes_it(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, QUIET)) as (host, _):
        bob = await host.someone("Bob", role="guest")
        await host.pass_time_until(lambda: host.shown(bob.uuid).is_muted)
        await host.act("mute", bob.uuid)
        await eventually(lambda: not host.shown(bob.uuid).is_muted)
        await passes(host, 5)
        assert not host.shown(bob.uuid).is_muted
        assert host.count("mute") == 1


async def test_a_host_who_does_the_contrary_first_ends_the_rule_for_that_person(
    tmp_path: Path,
) -> None:
    text = QUIET.replace('"joined"', '"every"').replace("who", 'every = "10s"\n    who')
    async with ruling(rules_of(tmp_path, text)) as (host, _):
        ann = await host.someone("Ann", role="guest", is_muted=True)
        bob = await host.someone("Bob", role="guest")
        await host.act("mute", ann.uuid)
        await eventually(lambda: not host.shown(ann.uuid).is_muted)
        await host.pass_time_until(lambda: host.shown(bob.uuid).is_muted)
        assert not host.shown(ann.uuid).is_muted
        # Somebody else undoes what the rule did.
        host.conference.update(bob.uuid, is_muted=False)
        await eventually(lambda: not host.shown(bob.uuid).is_muted)
        await passes(host, 25)
        assert host.count("mute") == 1


async def test_over_its_limit_a_rule_stops_itself_and_says_so(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, COLLEAGUES + '    limit = "2/min"\n')
    async with ruling(rules) as (host, work):
        for number in range(4):
            await waiting(host, f"Ann {number}", f"ann{number}@example.com")
        await host.pass_time_until(lambda: only(work).stopped)
        await passes(host, 3)
        assert host.count("unlock") == 2
        assert not only(work).is_armed
        assert any("has stopped itself: more than 2 in 60 s" in one for one in host.said)
        await passes(host, 70)
        assert host.count("unlock") == 2


async def test_nothing_is_sent_while_the_line_is_stale(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, COLLEAGUES)) as (host, _):
        host.node.faults.answer("events", 502, b"", "", times=100)
        await drop(host)
        ann = host.conference.join(
            "Ann", uri="ann@example.com", service_type="waiting_room", is_idp_authenticated=True
        )
        await passes(host, 3)
        assert not may_act(host.feed)
        assert host.count("unlock") == 0
        host.node.faults.recover()
        await back(host)
        await host.pass_time_until(lambda: host.shown(ann.uuid).is_in)


async def test_nobody_joins_by_a_list_that_is_sent_again(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, QUIET)) as (host, _):
        before = await host.someone("Ann", role="guest")
        await host.pass_time_until(lambda: host.shown(before.uuid).is_muted)
        await drop(host)
        host.conference.join("Bob", role="guest")
        await back(host)
        await passes(host)
        assert host.count("mute") == 1


async def test_nothing_is_sent_by_a_guest(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, QUIET)) as (host, _):
        host.conference.change_role(host.me, "guest")
        await eventually(lambda: host.feed.role is Role.GUEST)
        await host.someone("Bob", role="guest")
        await passes(host)
        assert host.count("mute") == 0
        host.conference.change_role(host.me, "chair")
        await eventually(lambda: host.feed.role is Role.HOST)
        # Whoever came before is left as they are.
        await passes(host)
        assert host.count("mute") == 0


async def test_nothing_is_sent_that_the_node_shows_done(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, QUIET)) as (host, work):
        await host.someone("Bob", role="guest", is_muted=True)
        await passes(host)
        assert (host.count("mute"), only(work).acted) == (0, 0)


async def test_in_another_conference_no_rule_stays_armed(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, QUIET)) as (host, work):
        host.feed.tell(Me(host.me, Role.HOST, "meet.other"))
        assert work.armed == 0
        assert any("No rule is armed any more" in one for one in host.said)


@pytest.mark.parametrize(
    ("when", "do", "happens", "sent"),
    [
        ("left", "lock", "leave", "lock"),
        ("empty", "lock", "leave", "lock"),
        ("alarm:waiting", "lock", "alarm", "lock"),
        ("hand", "clearbuzz", "hand", "clearbuzz"),
        ("hand", "message", "hand", "message"),
        ("every", "message", "", "message"),
    ],
)
async def test_each_cause_is_met(
    tmp_path: Path, when: str, do: str, happens: str, sent: str
) -> None:
    fields = 'with = { message = "please" }' if do == "message" else ""
    every = 'every = "5s"' if when == "every" else ""
    text = f'[[rule]]\nname = "r"\nwhen = "{when}"\ndo = "{do}"\n{fields}\n{every}\n'
    async with ruling(rules_of(tmp_path, text)) as (host, _):
        ann = await host.someone("Ann", role="guest", supports_direct_chat=True)
        await passes(host)
        assert when == "every" or host.count(sent) == 0
        if happens == "leave":
            host.conference.leave(ann.uuid)
        elif happens == "hand":
            host.conference.update(ann.uuid, buzz_time=host.clock.wall())
        elif happens == "alarm":
            host.feed.tell(Alarmed("raised", "waiting"))
        await host.pass_time_until(lambda: host.count(sent))
        if do == "message":
            assert host.feed.conference.chat.messages[-1].text == "please"


async def test_the_log_names_the_rule(tmp_path: Path) -> None:
    async with ruling(rules_of(tmp_path, COLLEAGUES)) as (host, _):
        ann = await waiting(host, "Ann", "ann@example.com")
        await host.pass_time_until(lambda: host.shown(ann.uuid).is_in)
        lines = list(Log(host.feed.history, host.membership.moderation.journal))
        assert any(one.words.startswith("Rule colleagues: Admit Ann") for one in lines)
        assert BY_ID["admit"].id == of_rules(host)[0].origin.action
