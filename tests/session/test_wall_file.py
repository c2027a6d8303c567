"""The files of a wall: all of what they say is taken, and every mistake is told with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pexdash.bus.settings import BusFile
from pexdash.model.alarms.keys import ConferenceKey, Severity
from pexdash.session.estate.wall_file import read_aliases, read_wall_file, rules_of_settings
from pexdash.session.estate.wanted import Rules
from pexdash.session.tables import Mistakes

WHOLE = """\
[wall]
title = "NOC north"
name = "NOC"

[[cluster]]
name = "main"
node = "https://node.example.com"

[[cluster]]
name = "lab"

[alarms.waiting]
value = 90
[alarms.people-low]
severity = "critical"

[[conference]]
alias = "Board.Oslo@example.com"
cluster = "main"
label = "Board"
pin_file = "board.pin"
profile = "quiet"
required = ["room1@example.com"]
home_domains = ["example.com"]
people_min = 2
people_max = 40
locked = true
record = true
verified = true
classification = "SECRET"
[conference.alarms.waiting]
value = 120

[[conference]]
alias = "board.oslo@example.com"
cluster = "lab"
pin_command = ["pass", "show", "board"]

[profile.quiet]
base = "confidential"
[profile.quiet.alarms.line-stale]
on = 45

[bus]
url = "nats://bus.example.com"
user = "noc"
creds = "noc.creds"
token_key_file = "only-of-collectors.key"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "board.pin").write_text("1234\n")
    (tmp_path / "noc.creds").write_text("who we are\n")
    return tmp_path / "north.toml"


def mistakes(file: Path, text: str | bytes) -> list[str]:
    """What is wrong, each as its line and words."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Mistakes) as told:
        read_wall_file(file)
    assert told.value.exit_status == 2
    lines = str(told.value).splitlines()
    assert all(line.startswith(f"{file}:") for line in lines)
    return [line.removeprefix(f"{file}:") for line in lines]


def test_all_of_a_file_is_taken(file: Path) -> None:
    file.write_text(WHOLE)
    plan = read_wall_file(file)
    assert (plan.title, plan.name) == ("NOC north", "NOC")
    assert plan.bus == BusFile(
        "nats://bus.example.com",
        "noc",
        creds=file.parent / "noc.creds",
        token_key_file=file.parent / "only-of-collectors.key",
    )
    board, lab = plan.wanted
    assert board.key == ConferenceKey("main", "board.oslo@example.com")
    assert lab.key == ConferenceKey("lab", "board.oslo@example.com")
    assert (board.alias, board.label) == ("Board.Oslo@example.com", "Board")
    assert str(board.cluster.node) == "node.example.com"
    assert lab.cluster.node is None
    assert (board.pin_file, lab.pin_command) == (
        file.parent / "board.pin",
        ("pass", "show", "board"),
    )
    expects = board.expects
    assert expects.required == ("room1@example.com",)
    assert (expects.people_min, expects.people_max, expects.classification) == (2, 40, "SECRET")
    assert expects.locked is expects.record is expects.verified is True


def test_the_nearer_number_wins(file: Path) -> None:
    file.write_text(WHOLE)
    settings = rules_of_settings(
        file, {"waiting": {"value": 200, "off": 7}, "dial-failed": {"enabled": False}}, {}
    )
    plan = read_wall_file(file, settings)
    board, lab = (plan.policy(one).limits for one in plan.wanted)
    assert (board["waiting"].value, lab["waiting"].value) == (120, 90)
    assert board["waiting"].off == lab["waiting"].off == 7
    assert (board["line-stale"].on, lab["line-stale"].on) == (45, 30)
    assert board["people-low"].severity is Severity.CRITICAL
    assert "unencrypted" in board
    assert "unencrypted" not in lab
    assert "dial-failed" not in lab


def test_without_a_title_the_file_names_the_wall(file: Path) -> None:
    file.write_text('[[conference]]\nalias = "a"\n')
    plan = read_wall_file(file)
    assert plan.title == "north"
    assert plan.wanted[0].key == ConferenceKey("", "a")


def test_where_there_is_one_cluster_it_need_not_be_named(file: Path) -> None:
    file.write_text('[[cluster]]\nname = "main"\n[[conference]]\nalias = "a"\n')
    assert read_wall_file(file).wanted[0].key == ConferenceKey("main", "a")


def test_every_mistake_is_told_with_its_line(file: Path) -> None:
    text = """\
[wall]
titel = "North"
[[cluster]]
name = "main"
node = "https://user:pass@node"
ca_file = "none.pem"
[[cluster]]
name = "main"
[[conference]]
alias = "a"
cluster = "mian"
pin = "1234"
profile = "quite"
people_min = 5
people_max = 4
locked = "yes"
[conference.alarms.waitng]
value = 1
[conference.alarms.waiting]
value = "long"
severity = "loud"
[[conference]]
label = "nameless"
[[conference]]
alias = "A"
cluster = "main"
[[conference]]
alias = "a"
[profile.quiet]
base = "noise"
[profile.noc]
"""
    told = mistakes(file, text)
    assert [int(line.partition(":")[0]) for line in told] == [
        2, 5, 6, 8, 11, 12, 13, 15, 16, 17, 20, 21, 22, 28, 30, 31
    ]  # fmt: skip
    assert "there is no cluster 'mian': 'main', perhaps?" in told[4]
    assert "user:pass" not in "".join(told)
    assert "1234" not in "".join(told)


def test_a_conference_may_be_there_once_whatever_its_case(file: Path) -> None:
    told = mistakes(file, '[[conference]]\nalias = "a"\n[[conference]]\nalias = "A"\n')
    assert told == ["4: A is there already, in line 2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[wall\n", r"1: .*"),
        ('a = 1\n[[conference]]\nalias = "x\n', r"3: .*"),
        (b'# \xff\n[[conference]]\nalias = "x"\n', "1: not written in UTF-8"),
        ('[conference]\nalias = "x"\n', r"1: each conference is written as \[\[conference\]\]"),
        ("wall = 5\n", r"1: \[wall\] is a table"),
        ('[[conference]]\nalias = "x"\npin_file = "no"\n', "3: pin_file: no cannot be read: .*"),
        ('[[conference]]\nalias = "x"\npin_command = "pass x"\n', "3: pin_command is a list .*"),
        ('[bus]\nurl = "nats://u:p@bus"\n', "2: a password does not stand in the URL: .*"),
        ('[bus]\nurl = "nats://a,nats://u:p@b"\n', "2: a password does not stand in the URL: .*"),
        ('[bus]\nkey_file = "board.pin"\n', "2: key_file is the key of no certificate: .*"),
        ('[bus]\ncert_file = "board.pin"\n', "2: .* holds no certificate in PEM"),
        ('[bus]\nnkey = "no.nk"\n', "2: nkey: no.nk cannot be read: No such file or directory"),
        ('[bus]\ncreds = "board.pin"\nnkey = "board.pin"\n', "3: creds or nkey tells who .*"),
        ('[bus]\nkey = "nats://u:p@bus"\n', r"2: \[bus\] has no 'key': 'nkey', perhaps\?"),
        ('[profile.a]\nbase = "b"\n[profile.b]\nbase = "a"\n', "2: the profile . is its own base"),
        ('[[conference]]\nalias = "a/\\u202eb"\n', r"2: alias contains the invisible character .*"),
        ("[alarms.waiting]\non = -1\n", "2: on is a number of seconds from 0 on"),
        ("[alarms.waiting]\non = nan\n", "2: on is a number of seconds from 0 on"),
    ],
)
def test_mistakes_of_each_kind(file: Path, text: str | bytes, words: str) -> None:
    assert re.fullmatch(words, mistakes(file, text)[0])


def test_a_list_of_aliases(tmp_path: Path) -> None:
    file = tmp_path / "aliases"
    file.write_text("# mornings\n\nboard@example.com  # the board\n  room#4@example.com\n")
    assert read_aliases(file) == ("board@example.com", "room#4@example.com")
    file.write_text("a\nA\n..\n")
    with pytest.raises(Mistakes) as told:
        read_aliases(file)
    assert str(told.value).splitlines() == [
        f"{file}:2: A is there already, in line 1",
        f"{file}:3: not a conference alias: ..",
    ]


def test_a_mistake_in_the_settings_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('name = "A"\n[alarms.waiting]\nvalu = 3\n')
    with pytest.raises(Mistakes, match=r":3: \[waiting\] has no 'valu': 'value', perhaps\?"):
        rules_of_settings(file, {"waiting": {"valu": 3}}, {})
    assert rules_of_settings(file, {}, {}) == Rules()
