"""The settings of a meeting: asked for where the node may not tell them, and changed once."""

from __future__ import annotations

import asyncio
import json

import pytest

from pexdash.api.requests import (
    CONFERENCE_STATUS,
    GET_CLASSIFICATION_LEVEL,
    GET_MESSAGE_TEXT,
    MUTE,
    UNMUTE,
)
from pexdash.model.participant import Role
from pexdash.model.status import Classification, ConferenceStatus
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.told import Told
from pexdash.session.moderation.meeting_settings import NOT_TOLD, Row
from pexdash.session.moderation.policy import GUESTS_STAY_MUTED, NOT_HERE, ONLY_HOSTS, READ_ONLY
from pexdash.session.moderation.settings import (
    BANNER,
    CLASSIFICATION,
    CLOCK,
    GUESTS_SEE_GUESTS,
    GUESTS_UNMUTE,
    LOCKED,
    PINNING,
    SETTINGS,
    Setting,
    banner_step,
    classification_step,
    guests_see_guests_step,
    pinning_step,
)
from tests.eventually import eventually
from tests.session.host import ALIAS, Host, hosting

RICH = ConferenceSettings(
    ALIAS, classification_levels=("Official", "Secret"), pinning_configs=("Panel",)
)


def row_of(host: Host, setting: Setting) -> Row:
    (row,) = (row for row in host.membership.settings.rows() if row.setting is setting)
    return row


def shows(host: Host, setting: Setting) -> bool:
    return any(row.setting is setting for row in host.membership.settings.rows())


def test_every_setting_has_an_id_of_its_own() -> None:
    assert len({one.action.id for one in SETTINGS}) == len(SETTINGS)
    assert all(one.action.requests for one in SETTINGS)


async def test_what_a_node_tells_only_when_asked_is_taken_into_the_conference() -> None:
    async with hosting(RICH) as host:
        told: list[Told] = []
        host.feed.on_told(told.append)
        # The status is fetched after each connecting: it must not come in the middle.
        await eventually(lambda: host.count(CONFERENCE_STATUS.name))
        await eventually(lambda: not host.membership.source.fetcher.asking)
        host.feed.conference.status = ConferenceStatus(locked=False)
        assert not any(shows(host, one) for one in (CLASSIFICATION, BANNER, PINNING, CLOCK))
        host.conference.in_force.banner = "Back\nat 12"
        host.conference.in_force.banner_time = 5.0
        await host.membership.settings.ask()
        assert row_of(host, CLASSIFICATION).value == "Official"
        assert row_of(host, BANNER).value == "Back at 12"
        assert row_of(host, PINNING).value == row_of(host, CLOCK).value == "none"
        assert host.membership.settings.banner_since == 5.0
        # A recording holds what was answered, and so does whoever replays it.
        levels = {"levels": {"0": "Official", "1": "Secret"}, "current": 0}
        assert {"classification": levels} in [getattr(one, "answer", None) for one in told]
        assert not host.said


@pytest.mark.parametrize("setting", [BANNER, CLOCK], ids=lambda one: one.title)
async def test_an_answer_of_null_is_that_there_is_none(setting: Setting) -> None:
    async with hosting() as host:
        await eventually(lambda: host.count(CONFERENCE_STATUS.name))
        await eventually(lambda: not host.membership.source.fetcher.asking)
        host.feed.conference.status = ConferenceStatus()
        assert setting.question is not None
        host.node.faults.answer(setting.question.name, 200, {"status": "success", "result": None})
        await host.membership.settings.ask()
        assert row_of(host, setting).value == "none"


async def test_a_clock_that_is_taken_away_is_shown_no_more() -> None:
    async with hosting() as host:
        host.conference.set_for_all(clock={"type": "time", "prefix": "UTC"})
        await eventually(lambda: shows(host, CLOCK) and row_of(host, CLOCK).value == "UTC time")
        host.conference.publish("conference_update", {"clock": None})
        await eventually(lambda: row_of(host, CLOCK).value == "none")


async def test_an_answer_does_not_undo_an_event_that_overtook_it() -> None:
    async with hosting(RICH) as host:
        answer = host.node.faults.hold(GET_CLASSIFICATION_LEVEL.name)
        asking = asyncio.create_task(host.membership.settings.ask())
        await eventually(lambda: host.count(GET_CLASSIFICATION_LEVEL.name))
        host.conference.set_for_all(level=1)
        told = Classification({0: "Official", 1: "Secret"}, 1)
        await eventually(lambda: host.feed.conference.status.classification == told)
        answer.set()
        await asking
        assert row_of(host, CLASSIFICATION).value == "Secret"


async def test_the_time_of_a_banner_is_that_of_the_one_that_was_answered() -> None:
    async with hosting(RICH) as host:
        host.conference.in_force.banner = "Back at 12"
        host.conference.in_force.banner_time = 5.0
        answer = host.node.faults.hold(GET_MESSAGE_TEXT.name)
        asking = asyncio.create_task(host.membership.settings.ask())
        await eventually(lambda: host.count(GET_MESSAGE_TEXT.name))
        host.conference.set_for_all(banner="Back at 13")
        await eventually(lambda: row_of(host, BANNER).value == "Back at 13")
        answer.set()
        await asking
        assert row_of(host, BANNER).value == "Back at 13"
        assert host.membership.settings.banner_since is None


async def test_what_was_not_sent_is_not_shown_as_asked_for() -> None:
    async with hosting(RICH) as host:
        settings, request = host.membership.settings, "set_guests_can_see_guests"
        host.node.faults.answer(request, 200, {"status": "success", "result": True})
        steps = (guests_see_guests_step("always"), guests_see_guests_step("never"))
        await asyncio.gather(*(settings.change(GUESTS_SEE_GUESTS, step) for step in steps))
        assert host.count(request) == 1
        assert row_of(host, GUESTS_SEE_GUESTS).value == f"asked for always; {NOT_TOLD}"


async def test_a_change_is_sent_once_and_shown_by_the_node() -> None:
    async with hosting(RICH) as host:
        settings = host.membership.settings
        await settings.change(LOCKED)
        await settings.change(CLASSIFICATION, classification_step(1, "Secret"))
        await settings.change(BANNER, banner_step("Hi"))
        await settings.change(PINNING, pinning_step("Panel"))
        await eventually(lambda: row_of(host, PINNING).value == "Panel")
        assert row_of(host, LOCKED).value == "yes"
        assert row_of(host, CLASSIFICATION).value == "Secret"
        assert row_of(host, BANNER).value == "Hi"
        for name in ("lock", "set_classification_level", "set_message_text", "set_pinning_config"):
            assert host.count(name) == 1
        await settings.change(PINNING, pinning_step(""))
        await eventually(lambda: host.conference.in_force.pinning_config == "")
        titles = [entry.title for entry in host.membership.moderation.journal.entries]
        assert titles == ["Lock", "Classify as Secret", "Banner", "Pin by Panel", "Pin nobody"]


async def test_a_value_without_an_event_is_asked_for_after_the_change() -> None:
    async with hosting(RICH) as host:
        settings = host.membership.settings
        host.conference.publish = lambda event, data: None  # type: ignore[method-assign]
        await settings.change(CLASSIFICATION, classification_step(1, "Secret"))
        assert row_of(host, CLASSIFICATION).value == "Secret"
        await eventually(lambda: not host.membership.moderation.has_pending)


async def test_a_refusal_is_in_its_row_and_what_is_not_here_stays_so() -> None:
    async with hosting(RICH) as host:
        settings = host.membership.settings
        refusal = json.dumps({"status": "failed", "result": "Illegal value"}).encode()
        host.node.faults.answer("set_classification_level", 400, refusal)
        await settings.change(CLASSIFICATION, classification_step(1, "Secret"))
        assert row_of(host, CLASSIFICATION).fault == "Classify as Secret: Illegal value"
        assert row_of(host, CLASSIFICATION).value == "Official"
        await settings.change(GUESTS_SEE_GUESTS, guests_see_guests_step("never"))
        assert row_of(host, GUESTS_SEE_GUESTS).refusal == NOT_HERE
        await settings.change(GUESTS_SEE_GUESTS, guests_see_guests_step("never"))
        assert host.count("set_guests_can_see_guests") == 1
        assert not host.said


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.title)
async def test_who_may_send_nothing_reads_why(setting: Setting) -> None:
    async with hosting(RICH, read_only=True) as host:
        await host.membership.settings.ask()
        assert row_of(host, setting).refusal == READ_ONLY
        before = len(host.node.received)
        await host.membership.settings.change(setting)
        assert row_of(host, setting).fault == READ_ONLY
        assert all(one.method == "GET" for one in host.node.received[before:])


async def test_a_guest_asks_only_for_what_guests_may_know() -> None:
    guests = ConferenceSettings(ALIAS, host_pin="1", pinning_configs=("Panel",))
    async with hosting(guests, pin="none") as host:
        await host.membership.settings.ask()
        assert host.count("get_message_text") == 1
        assert not host.count("available_pinning_configs")
        assert row_of(host, LOCKED).refusal == ONLY_HOSTS
        assert row_of(host, BANNER).refusal == ONLY_HOSTS
        assert not shows(host, PINNING)


async def test_a_guest_may_unmute_themselves_while_the_node_says_that_guests_may() -> None:
    guests = ConferenceSettings(ALIAS, host_pin="1")
    async with hosting(guests, pin="none") as host:
        policy, me = host.membership.policy, host.me
        other = await host.someone("Ann")
        assert host.feed.role is Role.GUEST
        assert policy.denial(MUTE, me) == ""
        assert policy.denial(UNMUTE, me) == GUESTS_STAY_MUTED
        host.conference.set_for_all(guests_can_unmute=True)
        await eventually(lambda: policy.denial(UNMUTE, me) == "")
        assert policy.denial(UNMUTE, other.uuid) == ONLY_HOSTS
        host.conference.update(me, mute_supported="YES")
        await eventually(lambda: host.shown(me).mute_supported)
        await host.act("mute", me)
        await eventually(lambda: host.shown(me).is_muted)
        await host.act("mute", me)
        await eventually(lambda: not host.shown(me).is_muted)
        assert row_of(host, GUESTS_UNMUTE).value == "yes"
