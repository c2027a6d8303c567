"""Commands that are started for alarms: in order, one at a time, and never beyond us."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pexdash.api.tls import trust
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.session.alarms.announcing import Announced, Announcing
from pexdash.session.alarms.commands import LONGEST_SECONDS, Command
from pexdash.session.alarms.outlets import Outlets, OutletSettings
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.alarming import Wall, at_work
from tests.session.host import settled

BOARD = ConferenceKey("main", "board@example.com")
WAITING = AlarmKey("waiting", BOARD, "ann\x1b[31m@partner.example")
HAND = AlarmKey("hand-long", BOARD)
TEXT = "1 waits, longest 1:00 `touch x`; $(touch x)\n"


def edge(
    change: Change, key: AlarmKey = WAITING, *, announced: bool = True, at: float = 1000.0
) -> Edge:
    return Edge(at, change, key, Severity.WARNING, 940.0, TEXT, was_announced=announced)


def script(folder: Path, *lines: str) -> str:
    """A program of the shell's; `$OUT` is a folder to write to."""
    file = folder / "program"
    file.write_text("\n".join(["#!/bin/sh", f"OUT={folder}", *lines, ""]))
    file.chmod(0o700)
    return str(file)


class Telling:
    """Outlets at work, and what is said of them."""

    def __init__(self, wall: Wall, said: list[str]) -> None:
        self.clock = wall.clock
        self.said = said
        self._work = wall.work

    def tell(self, *edges: Edge) -> None:
        """Have alarms change, as far as anybody outside can see."""
        self._work._tell(list(edges))


@asynccontextmanager
async def telling(
    *, bell: tuple[str, ...] = (), alarm: tuple[str, ...] = ()
) -> AsyncIterator[Telling]:
    """Outlets that run until the block ends."""
    said: list[str] = []
    async with at_work(ManualClock()) as wall:
        outlets = Outlets(
            wall.work,
            OutletSettings(bell_command=bell, alarm_command=alarm),
            wall.clock,
            tls=lambda: trust(None, insecure=False),
            say=said.append,
        )
        running = asyncio.create_task(outlets.run())
        try:
            yield Telling(wall, said)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


async def lines(file: Path, number: int) -> list[str]:
    """The lines of a file, once it has that many."""
    await eventually(lambda: len(lines_of(file)) >= number, f"{number} lines in {file.name}")
    return lines_of(file)


async def test_the_command_of_alarms_is_told_what_happened_by_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEXDASH_PIN_FILE", "/secret")
    monkeypatch.setenv("ELSE", "kept")
    name = script(
        tmp_path, 'env | grep -e PEXDASH -e ELSE | sort > "$OUT/seen"; echo "$#:$1" >> "$OUT/seen"'
    )
    async with telling(alarm=(name, "a word")) as told:
        told.tell(edge(Change.RAISED, announced=False), edge(Change.ANNOUNCED))
        assert await lines(tmp_path / "seen", 10) == [
            "ELSE=kept",
            "PEXDASH_ALARM_CLUSTER=main",
            "PEXDASH_ALARM_CONFERENCE=board@example.com",
            "PEXDASH_ALARM_RULE=waiting",
            "PEXDASH_ALARM_SEVERITY=warning",
            "PEXDASH_ALARM_SINCE=2023-11-14T22:12:20.000Z",
            "PEXDASH_ALARM_STATE=announced",
            "PEXDASH_ALARM_SUBJECT=ann␛[31m@partner.example",
            "PEXDASH_ALARM_TEXT=1 waits, longest 1:00 `touch x`; $(touch x)",
            "1:a word",
        ]
        assert told.said == []


async def test_the_command_of_the_bell_is_told_nothing_that_others_wrote(tmp_path: Path) -> None:
    name = script(tmp_path, 'env | grep PEXDASH | sort | cut -d= -f1 > "$OUT/seen"')
    async with telling(bell=(name,)) as told:
        told.tell(edge(Change.BELL))
        assert await lines(tmp_path / "seen", 6) == [
            f"PEXDASH_ALARM_{one}"
            for one in ("CLUSTER", "CONFERENCE", "RULE", "SEVERITY", "SINCE", "STATE")
        ]


async def test_the_bell_s_command_is_started_at_most_once_in_ten_seconds(tmp_path: Path) -> None:
    name = script(tmp_path, 'echo rung >> "$OUT/seen"')
    async with telling(bell=(name,)) as told:
        told.tell(edge(Change.BELL), edge(Change.BELL, HAND))
        await lines(tmp_path / "seen", 1)
        await told.clock.advance(9.9)
        told.tell(edge(Change.BELL))
        await told.clock.advance(0.1)
        await settled()
        assert len(lines_of(tmp_path / "seen")) == 1

        def has_rung_again() -> bool:
            # Until the end of the first was noticed, which may take a while, nothing is heard.
            told.tell(edge(Change.BELL))
            return len(lines_of(tmp_path / "seen")) == 2

        await eventually(has_rung_again)


async def test_alarms_are_told_in_order_one_at_a_time_and_each_in_its_newest_state(
    tmp_path: Path,
) -> None:
    name = script(
        tmp_path,
        'echo "+$PEXDASH_ALARM_RULE $PEXDASH_ALARM_STATE" >> "$OUT/seen"',
        'while [ ! -e "$OUT/go" ]; do sleep 0.01; done',
        'echo "-$PEXDASH_ALARM_RULE" >> "$OUT/seen"',
    )
    async with telling(alarm=(name,)) as told:
        told.tell(edge(Change.ANNOUNCED))
        await lines(tmp_path / "seen", 1)
        told.tell(edge(Change.ANNOUNCED, HAND))
        told.tell(edge(Change.CLEARED))
        told.tell(edge(Change.CLEARED, HAND))
        (tmp_path / "go").touch()
        assert await lines(tmp_path / "seen", 6) == [
            "+waiting announced",
            "-waiting",
            "+hand-long ended",
            "-hand-long",
            "+waiting ended",
            "-waiting",
        ]


async def test_none_of_many_is_left_out(tmp_path: Path) -> None:
    name = script(tmp_path, 'echo "$PEXDASH_ALARM_SUBJECT" >> "$OUT/seen"')
    keys = [AlarmKey("waiting", BOARD, str(number)) for number in range(12)]
    async with telling(alarm=(name,)) as told:
        told.tell(*(edge(Change.ANNOUNCED, key) for key in keys))
        assert await lines(tmp_path / "seen", 12) == [key.subject for key in keys]


def is_running(pid: int) -> bool:
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


HANGS = ('sleep 1000 & echo $! >> "$OUT/pids"', 'echo $$ >> "$OUT/pids"', "wait")


async def gone(folder: Path) -> None:
    pids = [int(one) for one in lines_of(folder / "pids")]
    assert len(pids) == 2
    await eventually(lambda: not any(map(is_running, pids)), "nothing of it runs")


async def test_a_command_that_hangs_is_ended_with_all_that_it_started_and_told_once(
    tmp_path: Path,
) -> None:
    name = script(tmp_path, *HANGS)
    async with telling(alarm=(name,)) as told:
        told.tell(edge(Change.ANNOUNCED))
        await lines(tmp_path / "pids", 2)
        await told.clock.advance(LONGEST_SECONDS)
        await eventually(lambda: told.said)
        assert told.said == [f"alarm_command {name} ran for more than 30 s and was ended"]
        await gone(tmp_path)
        (tmp_path / "pids").unlink()
        told.tell(edge(Change.CLEARED))
        await lines(tmp_path / "pids", 2)
        await told.clock.advance(LONGEST_SECONDS)
        await gone(tmp_path)
        assert len(told.said) == 1


async def test_the_end_of_a_command_is_waited_for_even_by_who_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, may_end, waits = ManualClock(), asyncio.Event(), list[int]()
    wait = Process.wait

    async def late(self: Process) -> int:
        waits.append(1)
        await may_end.wait()
        return await wait(self)

    monkeypatch.setattr(Process, "wait", late)
    name = script(tmp_path, *HANGS)
    running = asyncio.create_task(Command("alarm_command", [name], clock, print).run({}))
    await lines(tmp_path / "pids", 2)
    await clock.advance(LONGEST_SECONDS)
    await eventually(lambda: len(waits) == 2)
    running.cancel()
    await settled()
    assert not running.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    await gone(tmp_path)


@pytest.mark.parametrize("which", ["bell", "alarm"])
async def test_what_runs_when_we_end_is_ended(tmp_path: Path, which: str) -> None:
    given: dict[str, tuple[str, ...]] = {which: (script(tmp_path, *HANGS),)}
    async with telling(**given) as told:
        told.tell(edge(Change.ANNOUNCED), edge(Change.BELL))
        await lines(tmp_path / "pids", 2)
    await gone(tmp_path)


async def test_what_is_being_started_when_we_end_is_ended(tmp_path: Path) -> None:
    for turns in range(12):
        async with telling(alarm=(script(tmp_path, *HANGS),)) as told:
            told.tell(edge(Change.ANNOUNCED))
            for _ in range(turns):
                await asyncio.sleep(0)
    # None of them runs that came as far as to say who it is.
    pids = [int(one) for one in lines_of(tmp_path / "pids")]
    await eventually(lambda: not any(map(is_running, pids)), "nothing of it runs")


async def test_a_command_has_no_terminal_and_no_open_ends_of_ours(tmp_path: Path) -> None:
    name = script(
        tmp_path,
        'read line; echo "read $?" > "$OUT/seen"',
        "echo noise; echo noise >&2",
        '(: < /dev/tty) 2>/dev/null; echo "terminal $?" >> "$OUT/seen"',
    )
    async with telling(alarm=(name,)) as told:
        told.tell(edge(Change.ANNOUNCED))
        first, second = await lines(tmp_path / "seen", 2)
        assert first == "read 1"
        assert second != "terminal 0"


@pytest.mark.parametrize(
    ("make", "how"),
    [
        (lambda folder: str(folder / "none"), "cannot be started: No such file or directory"),
        (lambda folder: str(folder), "cannot be started: Permission denied"),
        (lambda folder: script(folder, "exit 3"), "failed with status 3"),
        (lambda folder: script(folder, "kill -9 $$"), "was killed"),
    ],
)
async def test_a_command_that_fails_is_told_once_until_it_works(
    tmp_path: Path, make: Callable[[Path], str], how: str
) -> None:
    name = make(tmp_path)
    async with telling(alarm=(name,)) as told:
        for _ in range(3):
            told.tell(edge(Change.ANNOUNCED))
            await eventually(lambda: told.said)
            await settled()
        assert told.said == [f"alarm_command {name} {how}"]


async def test_one_that_works_again_may_fail_again(tmp_path: Path) -> None:
    name = script(tmp_path, 'echo x >> "$OUT/seen"', '[ $(wc -l < "$OUT/seen") = 2 ]')
    async with telling(alarm=(name,)) as told:
        for number in (1, 2, 3):
            told.tell(edge(Change.ANNOUNCED))
            await lines(tmp_path / "seen", number)
        await eventually(lambda: len(told.said) == 2)


def test_each_end_of_what_was_announced_is_told_once() -> None:
    announcing = Announcing()

    def states(*edges: Edge) -> list[Announced]:
        return [one.state for one in announcing.take(edges, 0.0)]

    begun, over = Announced.BEGUN, Announced.OVER
    assert states(edge(Change.RAISED, announced=False)) == []
    assert states(edge(Change.CLEARED, announced=False)) == []
    assert states(edge(Change.ANNOUNCED), edge(Change.BELL), edge(Change.ACKED)) == [begun]
    assert states(edge(Change.RETURNED), edge(Change.CLEARED)) == [over]
    assert states(edge(Change.ANNOUNCED), edge(Change.RETURNED)) == [begun, over]
    assert states(edge(Change.RAISED, announced=False), edge(Change.ANNOUNCED)) == [begun]
    assert states(edge(Change.WORSENED), edge(Change.EASED)) == []
    assert states(edge(Change.CLEARED)) == [over]
    # One that an earlier run announced.
    assert states(edge(Change.CLEARED, HAND)) == [over]
