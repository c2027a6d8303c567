"""Traps in what the events carry (wire.md, section 7)."""

from __future__ import annotations

import json

import pytest

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.token import Token
from pexdash.model import events
from pexdash.model.conference import Conference
from pexdash.model.filter import people_grammar
from pexdash.model.participant import Participant, Presence, Role
from pexdash.model.roster import Roster
from pexdash.model.sections import Row, Section
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http
from tests.api.events.decoding import decoded
from tests.eventually import eventually
from tests.model.people import NOW, person, synced
from tests.session.host import ALIAS, Host, client_of, hosting

ANN = "50b956c8-9a63-4711-8630-3810f8666b04"
BOB = "65b4af2f-657a-4081-98a8-b17667628ce3"
TOKEN = Token(Secret("t=="), 120.0, ANN, Role.HOST, "Ann", "conference", True, "36")


def participant(**fields: object) -> Participant:
    """The participant of an event with these fields alone, and a uuid."""
    event = decoded("participant_create", {"uuid": ANN, **fields})
    assert isinstance(event, events.ParticipantCreated), event
    return event.participant


async def streamed(address: NodeAddress) -> list[events.Event]:
    """Every event until the node ends the stream."""
    client: NodeClient = client_of(address)
    try:
        async with client.events(TOKEN, on_bytes=lambda: None) as stream:
            return [event async for together in stream for event in together]
    finally:
        await client.aclose()


def chat(host: Host) -> list[str]:
    return [message.text for message in host.feed.conference.chat.messages]


async def test_trap_01_chat_comes_as_message_received() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        line = {"origin": "Bob", "type": "text/plain", "uuid": bob.uuid}
        host.conference.publish("message_received", {**line, "payload": "today's name"})
        host.conference.publish("message", {**line, "payload": "the guide's name"})
        await eventually(lambda: chat(host) == ["today's name", "the guide's name"])


@pytest.mark.fault(40)
async def test_trap_02_no_payload_is_null_or_empty_or_missing() -> None:
    for data in ("data: null\n", "data: {}\n", "data:\n", "data\n", ""):
        names = ("participant_sync_begin", "participant_sync_end", "presentation_stop")
        body = "".join(f"event: {name}\n{data}\n" for name in (*names, "refresh_token"))
        async with broken_server(
            http("200 OK", body.encode(), "content-type: text/event-stream")
        ) as server:
            assert await streamed(server.address) == [
                events.SyncBegun(),
                events.SyncEnded(),
                events.PresentationStopped(),
                events.RefreshDemanded(),
            ], data


def test_trap_11_times_are_floats_and_may_be_null_or_0() -> None:
    assert participant(start_time=1730272988.6773953).start_time == 1730272988.6773953
    assert participant(start_time=1441720992).start_time == 1441720992
    for never in (None, 0, 0.0, "0"):
        one = participant(start_time=never, buzz_time=never, spotlight=never)
        assert (one.start_time, one.buzz_time, one.spotlight) == (None, None, None)


def test_trap_12_spotlight_and_hand_are_times_and_not_true() -> None:
    up = participant(spotlight=1700484383.846972, buzz_time=1700484384.5)
    assert (up.spotlight, up.buzz_time) == (1700484383.846972, 1700484384.5)
    down = participant(spotlight=0, buzz_time=0)
    for state in ("is:hand", "is:spotlight"):
        assert people_grammar().test_of(state)(up)
        assert not people_grammar().test_of(state)(down)


def test_trap_13_yes_and_true_are_mixed_and_mutes_are_several() -> None:
    one = participant(is_muted="YES", is_video_muted=False, is_presenting="NO", has_media=True)
    assert (one.is_muted, one.is_video_muted, one.is_presenting, one.has_media) == (
        True,
        False,
        False,
        True,
    )
    two = participant(
        is_muted="NO", is_video_muted=True, is_client_muted=True, is_transferring="YES"
    )
    assert (two.is_muted, two.is_video_muted, two.is_client_muted, two.is_transferring) == (
        False,
        True,
        True,
        True,
    )


async def test_trap_14_values_never_heard_of_cost_no_participant() -> None:
    async with hosting() as host:
        strange = {
            "role": "overlord",
            "service_type": "holodeck",
            "protocol": "telepathy",
            "encryption": "Unknown",
            "call_direction": "sideways",
            "rx_presentation_policy": "MAYBE",
        }
        host.conference.publish("fecc", {"action": "dance", "timeout": 1, "movement": []})
        host.conference.publish("splash_screen", {"screen_key": "never_seen"})
        host.conference.publish("participant_create", {"uuid": BOB, **strange})
        await eventually(lambda: BOB in host.feed.conference.participants)
        one = host.shown(BOB)
        assert (one.role, one.presence, one.protocol) == (Role.UNKNOWN, Presence.IN, "telepathy")
        assert host.count("events") == 1
        assert host.feed.link.is_live


def test_trap_15_older_nodes_and_guests_are_sent_fewer_fields() -> None:
    bare = participant()
    assert (bare.name, bare.uri, bare.vendor, bare.protocol) == ("(no name)", "", "", "")
    assert bare.presence is Presence.IN
    assert bare.rx_presentation_allowed
    conference = synced(participant(protocol="", uri=None, vendor=None, display_name="Ann"))
    assert conference.participants[ANN].name == "Ann"
    assert conference.counts() == (1, 0, 0)


def test_trap_16_layout_participants_may_be_a_string_or_none() -> None:
    assert decoded("layout", {"view": "1:0", "participants": ANN}) == events.LayoutChanged(
        "1:0", (ANN,)
    )
    assert decoded("layout", {"view": "1:7", "participants": []}) == events.LayoutChanged("1:7", ())
    assert decoded("layout", {"view": "1:7"}) == events.LayoutChanged("1:7", ())


def test_trap_17_the_layout_in_force_is_the_view_not_what_was_requested() -> None:
    wanted = {"primary_screen": {"chair_layout": "4:0", "guest_layout": "4:0"}}
    event = decoded("layout", {"view": "1:7", "participants": [ANN], "requested_layout": wanted})
    conference = synced(person(ANN))
    conference.apply(event, NOW)
    asked = events.RequestedLayout("4:0", "4:0")
    assert conference.layout == events.LayoutChanged("1:7", (ANN,), asked)


def test_trap_18_the_stage_is_an_array() -> None:
    conference = synced(person(ANN))
    heard = decoded("stage", [{"participant_uuid": ANN, "stage_index": 0, "vad": 87.5}])
    assert conference.apply(heard, NOW).stage
    assert conference.speakers == (events.Speaker(ANN, 0, 87),)
    odd = decoded("stage", {"participant_uuid": ANN, "stage_index": 0, "vad": 1})
    assert isinstance(odd, events.UnknownEvent)
    assert not conference.apply(odd, NOW)
    assert conference.apply(decoded("stage", []), NOW).stage
    assert not conference.speakers


def rows(roster: Roster) -> list[tuple[Section, str]]:
    return [(row.section, row.uuid) for row in roster.rows if row.uuid]


def shown(conference: Conference) -> Roster:
    roster = Roster(conference)
    roster.set_filter("")
    return roster


@pytest.mark.parametrize("role", [Role.HOST, Role.GUEST, Role.UNKNOWN])
def test_trap_19_participant_delete_names_a_uuid_and_no_role(role: Role) -> None:
    conference = synced(person(ANN, role=Role.HOST), person(BOB, "Bob", role=role))
    roster = shown(conference)
    changes = conference.apply(decoded("participant_delete", {"uuid": BOB}), NOW)
    roster.update(changes)
    assert [one.name for one in changes.left] == ["Bob"]
    assert rows(roster) == [(Section.HOSTS, ANN)]


def test_trap_20_a_role_change_moves_a_participant_and_leaves_no_ghost() -> None:
    conference = synced(person(ANN, role=Role.HOST), person(BOB, role=Role.GUEST))
    roster = shown(conference)
    assert rows(roster) == [(Section.HOSTS, ANN), (Section.GUESTS, BOB)]
    for role, section in (("chair", Section.HOSTS), ("guest", Section.GUESTS)):
        event = decoded("participant_update", {"uuid": BOB, "role": role})
        roster.update(conference.apply(event, NOW))
        assert [row for row in roster.rows if row.uuid == BOB] == [Row(section, BOB)]
        assert len(rows(roster)) == 2


async def test_trap_21_a_stop_at_first_is_no_news_and_empty_strings_revoke() -> None:
    nobody = {"presenter_name": "", "presenter_uri": "", "presenter_uuid": ""}
    async with hosting() as host:
        watch = host.feed.watch()
        host.conference.publish("presentation_stop", None)
        host.conference.publish("conference_update", {"locked": True})
        await eventually(lambda: host.feed.conference.status.locked)
        assert not watch.take_changes().presentation
        start = {"presenter_name": "Bob", "presenter_uri": "sip:b", "presenter_uuid": BOB}
        host.conference.publish("presentation_start", start)
        await eventually(lambda: host.feed.conference.presentation)
        host.conference.publish("presentation_start", nobody)
        await eventually(lambda: host.feed.conference.presentation is None)
        assert host.said == []


async def test_trap_26_a_list_sent_again_announces_nobody() -> None:
    async with hosting() as host:
        await host.someone("Bob")
        wendy = await host.someone("Wendy", waiting=True)
        assert host.said == ["Wendy is waiting"]
        watch = host.feed.watch()
        host.notices.clear()
        host.node.faults.cut_streams()
        await eventually(lambda: not host.feed.link.is_live)
        host.conference.join("Carol")
        await host.pass_time_until(lambda: host.feed.link.is_live and host.agrees())
        changes = watch.take_changes()
        assert changes.synced
        assert (changes.arrived, changes.left) == ([], [])
        assert host.shown(wendy.uuid).presence is Presence.WAITING
        assert not [text for text in host.said if "waiting" in text]


@pytest.mark.fault(42)
async def test_trap_27_an_update_before_create_and_a_create_twice_are_one_row() -> None:
    async with hosting() as host:
        watch = host.feed.watch()
        before = len(host.feed.conference.participants)
        host.conference.publish("participant_update", {"uuid": BOB, "display_name": "Bo"})
        for name in ("Bob", "Bobby"):
            host.conference.publish("participant_create", {"uuid": BOB, "display_name": name})
        await eventually(
            lambda: BOB in host.feed.conference.participants and host.shown(BOB).name == "Bobby"
        )
        assert len(host.feed.conference.participants) == before + 1
        assert watch.take_changes().arrived.count(BOB) <= 1


@pytest.mark.fault(39)
async def test_trap_28_unknown_events_are_ignored() -> None:
    async with hosting() as host:
        for name, data in (("hello", None), ("ping", {"n": 1}), ("from_the_future", [[], "x"])):
            host.conference.publish(name, data)
        await host.someone("Bob")
        assert host.feed.link.is_live
        assert host.count("events") == 1
        assert host.said == []


async def test_trap_41_machine_chatter_is_no_chat_and_types_have_parameters() -> None:
    async with hosting() as host:
        line = {"origin": "Bob", "uuid": BOB}
        for kind in ("application/json", "application/json; charset=utf-8"):
            payload = json.dumps({"plugin": kind})
            host.conference.publish("message_received", {**line, "type": kind, "payload": payload})
        plain = {**line, "type": "Text/Plain; charset=utf-8", "payload": "hello"}
        host.conference.publish("message_received", plain)
        await eventually(lambda: chat(host))
        assert chat(host) == ["hello"]


def test_trap_42_an_empty_name_falls_back_to_the_uri() -> None:
    assert participant(display_name="", uri="sip:ann@example.com").name == "ann@example.com"
    assert participant(display_name=None, uri="ann@example.com").name == "ann@example.com"
    assert participant(display_name="Ann", uri="sip:ann@example.com").name == "Ann"
    assert ALIAS not in participant(display_name="", uri="").name
