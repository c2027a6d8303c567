"""Acknowledgements and shelves are kept in a file that several walls share."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from pexdash.model.alarms.kept import Ack, Kept, KeptChange, Shelf, whole
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.session.alarms.kept_file import OLDEST_ACK_SECONDS, AlarmsNotKept, KeptFile
from pexdash.session.alarms.own_kept import OwnKept

BOARD = ConferenceKey("main", "board")
WAITING = AlarmKey("waiting", BOARD)
HAND = AlarmKey("hand-long", BOARD, "eli")
NOW = 1_700_000_000.0
ACK = Ack("jo", NOW, Severity.CRITICAL, NOW - 300, "3 wait, longest 5:00 Wendy")
SHELF = Shelf("jo", NOW, NOW + 900, "known")


def put(key: AlarmKey, value: Ack | Shelf | None, *, is_shelf: bool = False) -> KeptChange:
    return KeptChange(key, is_shelf or isinstance(value, Shelf), value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "alarms.json"


def test_what_was_kept_is_there_after_a_restart(path: Path) -> None:
    once = Shelf("al", NOW, None, "until it clears")
    changes = [put(WAITING, ACK), put(HAND, once), put(whole(BOARD), SHELF)]
    kept = KeptFile(path).keep(changes, NOW)
    assert kept == Kept({WAITING: ACK}, {HAND: once, whole(BOARD): SHELF})
    assert KeptFile(path).load() == kept


def test_a_screen_that_acknowledges_for_itself_tells_no_other(path: Path) -> None:
    everybody = KeptFile(path)
    everybody.keep([put(HAND, ACK), put(whole(BOARD), SHELF)], NOW)
    before = path.read_bytes()

    def own() -> OwnKept:
        return OwnKept(KeptFile(path.with_name("own.json")), KeptFile(path))

    screen = own()
    assert screen.load() == Kept({HAND: ACK}, {whole(BOARD): SHELF})
    assert screen.load_if_changed() is None
    changes = [put(WAITING, ACK), put(whole(BOARD), None, is_shelf=True)]
    assert screen.keep(changes, NOW) == Kept({HAND: ACK, WAITING: ACK})
    assert path.read_bytes() == before
    # A restart forgets none of its own, and what others decide goes on to hold here.
    assert own().load() == Kept({HAND: ACK, WAITING: ACK}, {whole(BOARD): SHELF})
    again = replace(SHELF, at=NOW + 60, until=NOW + 7200)
    everybody.keep([put(HAND, None), put(whole(BOARD), again)], NOW)
    assert screen.load_if_changed() == Kept({WAITING: ACK}, {whole(BOARD): again})


def test_there_need_be_no_file(path: Path) -> None:
    assert KeptFile(path).load() == Kept()
    assert not path.exists()


def test_only_the_owner_reads_it(path: Path) -> None:
    KeptFile(path).keep([put(WAITING, ACK)], NOW)
    assert {one.stat().st_mode & 0o777 for one in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_two_walls_keep_what_the_other_wrote(path: Path) -> None:
    one, other = KeptFile(path), KeptFile(path)
    one.load()
    other.load()
    one.keep([put(WAITING, ACK)], NOW)
    assert other.keep([put(HAND, ACK)], NOW).acks.keys() == {WAITING, HAND}
    assert one.keep([put(WAITING, None)], NOW).acks.keys() == {HAND}
    assert other.load().acks.keys() == {HAND}


def test_a_wall_is_told_only_of_what_another_wrote(path: Path) -> None:
    one, other = KeptFile(path), KeptFile(path)
    assert one.load() == Kept()
    assert one.load_if_changed() is None
    one.keep([put(WAITING, ACK)], NOW)
    assert one.load_if_changed() is None
    other.keep([put(HAND, SHELF)], NOW)
    assert one.load_if_changed() == Kept({WAITING: ACK}, {HAND: SHELF})
    assert one.load_if_changed() is None


def test_what_another_wall_writes_while_we_read_is_read_next(path: Path) -> None:
    class Slow(KeptFile):
        def _read(self) -> Kept:
            kept = super()._read()
            if HAND not in kept.acks:
                KeptFile(path).keep([put(HAND, ACK)], NOW)
            return kept

    wall = Slow(path)
    assert wall.load() == Kept()
    assert wall.load_if_changed() == Kept({HAND: ACK})


def test_what_is_long_over_is_not_kept(path: Path) -> None:
    file = KeptFile(path)
    file.keep([put(WAITING, ACK), put(HAND, SHELF)], NOW)
    assert file.keep([], NOW + 899).shelves == {HAND: SHELF}
    assert file.keep([], NOW + 900) == Kept({WAITING: ACK})
    assert file.keep([], NOW + OLDEST_ACK_SECONDS) == Kept()


def test_the_file_has_the_times_of_the_world(path: Path) -> None:
    behind = 3600.0
    KeptFile(path, lambda: behind).keep([put(WAITING, ACK), put(HAND, SHELF)], NOW)
    told = KeptFile(path).load()
    assert (told.acks[WAITING].at, told.acks[WAITING].since) == (NOW + 3600, NOW + 3300)
    assert (told.shelves[HAND].at, told.shelves[HAND].until) == (NOW + 3600, NOW + 4500)
    assert KeptFile(path, lambda: behind).load() == Kept({WAITING: ACK}, {HAND: SHELF})


def test_writes_of_several_processes_are_all_there(path: Path) -> None:
    program = """
import sys
from pathlib import Path
from pexdash.model.alarms.kept import Ack, KeptChange
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.session.alarms.kept_file import KeptFile
file = KeptFile(Path(sys.argv[1]))
for at in range(30):
    key = AlarmKey("waiting", ConferenceKey("", sys.argv[2]), str(at))
    file.keep([KeptChange(key, False, Ack("jo", 1.0, Severity.INFO, 0.0))], 1.0)
"""
    command = [sys.executable, "-c", program, str(path)]
    running = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [one.wait() for one in running] == [0, 0]
    assert len(KeptFile(path).load().acks) == 60


@pytest.mark.parametrize(
    "told",
    [
        b"{",
        b"[]",
        b'{"acks": []}',
        b'{"pexdash-alarms": 1, "acks": [{"rule": 1}]}',
        b'{"pexdash-alarms": 2}',
        b"\xff\xfe",
    ],
)
def test_a_file_of_another_kind_is_told_and_left_as_it_is(path: Path, told: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(told)
    with pytest.raises(AlarmsNotKept, match="move it away"):
        KeptFile(path).load()
    with pytest.raises(AlarmsNotKept):
        KeptFile(path).keep([put(WAITING, ACK)], NOW)
    assert path.read_bytes() == told


def test_a_folder_that_cannot_be_written_is_told(path: Path) -> None:
    path.parent.write_text("no folder")
    with pytest.raises(AlarmsNotKept, match=r"alarms\.json"):
        KeptFile(path).keep([put(WAITING, ACK)], NOW)


def test_what_a_file_says_is_clean(path: Path) -> None:
    path.parent.mkdir()
    entry = {
        "rule": "waiting",
        "cluster": "",
        "conference": "board",
        "subject": "",
        "by": "jo\x1b]52;c;x\x07",
        "at": NOW,
        "severity": "warning",
        "since": NOW,
        "text": "a\x1b[31m",
    }
    path.write_text(json.dumps({"pexdash-alarms": 1, "acks": [entry]}))
    (ack,) = KeptFile(path).load().acks.values()
    assert "\x1b" not in ack.by + ack.text


def test_a_link_in_place_of_the_file_is_replaced_and_not_followed(path: Path) -> None:
    path.parent.mkdir()
    precious = path.parent / "precious"
    precious.write_text("")
    os.symlink(precious, path)
    KeptFile(path).keep([put(WAITING, ACK)], NOW)
    assert precious.read_text() == ""
    assert not path.is_symlink()


def test_a_wall_that_was_stopped_while_it_wrote_stops_no_other_for_good(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pexdash.session.alarms.kept_file._LOCK_TRIES", 3)
    file = KeptFile(path)
    file.keep([put(WAITING, ACK)], NOW)
    with path.with_name("alarms.json.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(AlarmsNotKept, match="never ends"):
            file.keep([put(HAND, ACK)], NOW)
    assert file.keep([put(HAND, ACK)], NOW).acks.keys() == {WAITING, HAND}
