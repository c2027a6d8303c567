"""Any number of listeners on one conference, each with changes and notices of its own."""

from __future__ import annotations

from collections import Counter

from pexdash.model.changes import Changes
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    RefreshDemanded,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.participant import Participant, Role
from pexdash.model.status import ConferenceStatus
from pexdash.plain.lines import PlainLines
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.told import Heard, Line, Listed, Me, Said, Told
from pexdash.session.feed.watch import MOST_NOTICES
from tests.manual_clock import ManualClock
from tests.session.host import hosting


def person(uuid: str, **fields: object) -> Participant:
    return Participant(uuid=uuid, display_name=uuid.title(), **fields)  # type: ignore[arg-type]


def created(*uuids: str) -> Heard:
    return Heard([ParticipantCreated(person(uuid)) for uuid in uuids])


def feed() -> Feed:
    return Feed("meet.alice", ManualClock())


async def test_two_front_ends_on_one_meeting_each_see_everything() -> None:
    async with hosting() as host:
        first, second = list[str](), list[str]()
        PlainLines(host.feed, first.append)
        PlainLines(host.feed, second.append)
        await host.someone("Bob")
        await host.act("lock")
        await host.someone("Wendy", waiting=True)
        assert first == second
        assert {
            "Bob joined (in)",
            "meet.alice@example.com is locked, Guests not muted",
            "Wendy is waiting",
            "Wendy joined (waiting)",
        } <= {line[9:] for line in first}


def test_what_one_watch_takes_the_other_still_has() -> None:
    told = feed()
    one, other = told.watch(), told.watch()
    told.tell(created("bob"))
    assert one.take_changes().arrived == ["bob"]
    assert not one.take_changes()
    told.tell(created("ann"))
    assert one.take_changes().arrived == ["ann"]
    assert other.take_changes().arrived == ["bob", "ann"]


def test_a_watch_begins_with_what_happens_from_then_on() -> None:
    told = feed()
    told.tell(created("bob"))
    assert not told.watch().take_changes()


def test_a_closed_watch_hears_nothing_and_gathers_nothing() -> None:
    told, calls = feed(), Counter[str]()
    notices: list[Notice] = []
    watch = told.watch(lambda: calls.update(["changed"]), notices.append, one_by_one=True)
    other = told.watch(lambda: calls.update(["other"]))
    watch.close()
    watch.close()
    told.tell(created("bob", "ann"))
    told.notify(Notice("hello"))
    assert calls == {"other": 1}, "and events are taken together again"
    assert notices == []
    assert not watch.take_changes()
    assert watch.take_notices() == []
    assert other.take_notices() == [Notice("hello")]


def test_a_watch_may_close_itself_while_it_is_told() -> None:
    told, seen = feed(), list[str]()

    def changed() -> None:
        seen.extend(watch.take_changes().arrived)
        watch.close()

    watch = told.watch(changed)
    last = told.watch()
    told.tell(created("bob"))
    told.tell(created("ann"))
    assert seen == ["bob"]
    assert last.take_changes().arrived == ["bob", "ann"]


def test_notices_that_nobody_hears_yet_are_kept_up_to_a_bound() -> None:
    told = feed()
    watch = told.watch()
    for number in range(MOST_NOTICES + 3):
        told.notify(Notice(str(number)))
    kept = [notice.text for notice in watch.take_notices()]
    assert kept == [str(number) for number in range(3, MOST_NOTICES + 3)]
    heard: list[Notice] = []
    watch.notify = heard.append
    told.notify(Notice("now"))
    assert heard == [Notice("now")]
    assert watch.take_notices() == []


def test_typed_events_come_each_with_what_it_changed() -> None:
    told, heard = feed(), list[tuple[Event, Changes]]()
    stop = told.on_event(lambda event, changes: heard.append((event, changes)))
    watch = told.watch()
    gone = ParticipantDeleted("bob")
    told.tell(Heard([*created("bob", "ann").events, gone, RefreshDemanded()]))
    assert [changes.arrived for _, changes in heard] == [["bob"], ["ann"], [], []]
    assert [one.uuid for one in heard[2][1].left] == ["bob"]
    assert heard[3] == (RefreshDemanded(), Changes())
    assert watch.take_changes().arrived == ["bob", "ann"]
    stop()
    told.tell(created("eve"))
    assert len(heard) == 4


def test_events_of_one_kind_come_to_who_asks_for_them_until_he_stops() -> None:
    told, heard = feed(), list[Event]()
    stop = told.on_kind(RefreshDemanded, heard.append)
    told.tell(Heard([*created("bob").events, RefreshDemanded()]))
    stop()
    told.tell(Heard([RefreshDemanded()]))
    assert heard == [RefreshDemanded()]


def test_records_come_in_order_once_they_are_applied() -> None:
    told, heard = feed(), list[tuple[Told, int]]()
    stop = told.on_told(lambda one: heard.append((one, len(told.conference.participants))))
    records: list[Told] = [Line(LinkState.LIVE), created("bob", "ann"), Listed([person("bob")])]
    for record in records:
        told.tell(record)
    stop()
    told.tell(created("eve"))
    assert heard == list(zip(records, (0, 2, 1), strict=True))


def test_a_fetched_list_that_says_nothing_new_has_nothing_drawn_again() -> None:
    told = feed()
    told.tell(created("bob"))
    watch = told.watch()
    assert not told.tell(Listed([person("bob")]))
    assert not watch.take_changes()
    assert told.tell(Listed([person("bob"), person("ann")])).synced
    assert watch.take_changes().before == {"ann": None}


def test_our_role_is_that_of_the_token_and_then_that_of_the_roster() -> None:
    told = feed()
    told.tell(Me("bob", Role.HOST))
    assert (told.conference.me, told.role) == ("bob", Role.HOST)
    told.tell(Heard([ParticipantCreated(person("bob", role=Role.GUEST))]))
    assert told.role is Role.GUEST
    told.tell(Me("bob"))
    assert told.role is Role.GUEST, "what is not known changes nothing"


def test_the_list_is_coming_from_the_opened_stream_to_its_end() -> None:
    told = feed()
    told.tell(Line(LinkState.LIVE))
    assert told.is_listing
    told.tell(Heard([SyncBegun(), *created("bob").events]))
    assert told.is_listing
    told.tell(Heard([SyncEnded()]))
    assert not told.is_listing


def test_the_rest_of_a_list_that_was_cut_off_never_comes() -> None:
    told = feed()
    told.tell(created("bob"))
    told.tell(Heard([SyncBegun()]))
    told.tell(Line(LinkState.LOST, "gone"))
    assert not told.is_listing
    told.tell(created("ann"))
    assert sorted(told.conference.participants) == ["ann", "bob"]


def test_a_line_of_our_own_is_shown_once() -> None:
    told = feed()
    watch = told.watch()
    told.tell(Said("hello"))
    assert [message.text for message in watch.take_changes().messages] == ["hello"]


def test_a_touched_row_is_drawn_again_though_nothing_changed() -> None:
    told = feed()
    told.tell(created("bob"))
    watch = told.watch()
    told.touch("bob")
    told.touch()
    changes = watch.take_changes()
    assert changes.before == {"bob": person("bob")}
    assert changes.own


def test_a_counter_of_joins_stands_beside_a_screen() -> None:
    told, joins = feed(), Counter[str]()
    told.on_event(lambda _, changes: joins.update(changes.arrived))
    screen = told.watch()
    told.tell(created("bob", "ann"))
    told.tell(Heard([ConferenceUpdated(ConferenceStatus(locked=True)), ParticipantDeleted("bob")]))
    told.tell(created("bob"))
    assert joins == {"bob": 2, "ann": 1}
    assert screen.take_changes().arrived == ["bob", "ann", "bob"]


def test_who_looks_after_each_event_sees_it_and_has_nothing_taken_apart() -> None:
    told, seen = feed(), list[int]()
    stop = told.on_applied(lambda: seen.append(len(told.conference.participants)))
    watch = told.watch(lambda: seen.append(0))
    told.tell(created("bob", "ann"))
    told.tell(Listed([person("bob")]))
    stop()
    told.tell(created("eve"))
    assert seen == [1, 2, 0, 1, 0, 0]
    assert watch.take_changes().arrived == ["bob", "ann", "eve"]


def test_a_row_touched_by_who_looks_keeps_what_it_was_before() -> None:
    told = feed()
    told.tell(created("bob"))
    told.on_applied(lambda: told.touch("bob"))
    watch = told.watch()
    told.tell(Heard([ParticipantUpdated(person("bob", is_muted=True))]))
    assert watch.take_changes().before == {"bob": person("bob")}


def test_every_watch_has_the_changes_before_any_of_them_acts() -> None:
    told = feed()
    told.tell(created("bob"))

    def join() -> None:
        if not told.conference.me:
            told.tell(Me("alice"))

    told.watch(join)
    later = told.watch()
    told.tell(Heard([ParticipantDeleted("bob")]))
    assert later.take_changes().before == {"bob": person("bob")}


def test_who_looks_at_changes_at_once_is_told_as_a_watch_is_and_before_it() -> None:
    told, order = feed(), list[str]()
    watch = told.watch(lambda: order.append("watch"))
    stop = told.on_changes(lambda changes: order.append(" ".join(changes.before)))
    told.tell(created("ann", "bob"))
    assert order == ["ann bob", "watch"]
    told.touch()
    stop()
    told.touch()
    assert order == ["ann bob", "watch", "", "watch", "watch"]
    assert watch.take_changes().before.keys() == {"ann", "bob"}
