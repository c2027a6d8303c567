"""A file of rules is read whole, and every mistake in it is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.api.requests import ADMIT, DIRECT_MESSAGE, DISCONNECT, MESSAGE, UNLOCK
from pexdash.session.rules.rule import Limit, When
from pexdash.session.rules.rules_file import read_rules
from pexdash.session.tables import Mistakes


def read(tmp_path: Path, text: str) -> object:
    file = tmp_path / "rules.toml"
    file.write_text(text, "utf-8")
    return read_rules(file)


def rule(*lines: str) -> str:
    return "\n".join(("[[rule]]", 'name = "one"', *lines))


def test_a_rule_is_what_its_table_says(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        rule(
            'when = "waiting"',
            'who = "domain:example.com is:verified"',
            'for = "5s"',
            'do = "admit"',
            'limit = "7/h"',
        )
        + '\n[[rule]]\nname = "two"\nwhen = "alarm:no-admitter"\ndo = "unlock"\n'
        + '[[rule]]\nname = "three"\nwhen = "every"\nevery = "5m"\ndo = "message"\n'
        + 'with = { message = "hello" }\n'
        + '[[rule]]\nname = "four"\nwhen = "joined"\ndo = "message"\nwith.message = "hello"\n'
        + '[[rule]]\nname = "five"\nwhen = "joined"\nwho = "is:external"\ndo = "disconnect"\n'
        + "dangerous = true\n",
        "utf-8",
    )
    one, two, three, four, five = read_rules(file)
    assert (one.when, one.wait, one.limit, one.line) == (When.WAITING, 5.0, Limit(7, 3600.0), 1)
    assert (one.step.request, one.only_suggests) == (ADMIT, False)
    assert (two.alarm, two.step.request, two.is_for_people) == ("no-admitter", UNLOCK, False)
    assert (three.every, three.step.request) == (300.0, MESSAGE)
    assert three.step.body == {"type": "text/plain", "payload": "hello"}
    assert four.step.request is DIRECT_MESSAGE
    assert five.step.request is DISCONNECT


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        (('when = "waiting"', 'do = "admit"', 'who = "example.com"'), 5, "looked for in names"),
        (('when = "waiting"', 'do = "unlock"', 'who = "ann"'), 5, "looked for in names"),
        (('when = "wating"', 'do = "admit"'), 3, "not 'wating'"),
        (('when = "alarm:nothing"', 'do = "lock"'), 3, "no alarm 'nothing'"),
        (('when = "alarm:node-down"', 'do = "lock"'), 3, "about no conference"),
        (('when = "joined"', 'do = "disconnect"'), 4, "dangerous = true"),
        (('when = "joined"', 'do = "role"', 'with = { role = "chair" }'), 4, "dangerous = true"),
        (('when = "every"', 'do = "disconnect"'), 4, "dangerous = true"),
        (('when = "joined"', 'do = "admitt"'), 4, "'admit', perhaps?"),
        (('when = "joined"', 'do = "dtmf"', 'with = { digits = "1" }'), 4, "no rule can do"),
        (('when = "joined"', 'do = "pres_in_mix"'), 4, "with = { state = true }"),
        (('when = "every"', 'do = "lock"'), 3, 'every = "5m"'),
        (('when = "joined"', 'do = "lock"', 'every = "5m"'), 5, 'when = "every"'),
        (('when = "joined"', 'do = "lock"', 'for = "5"'), 5, "is a time"),
        (('when = "joined"', 'do = "lock"', 'limit = "many"'), 5, "20/min"),
        (('when = "empty"', 'do = "mute"'), 1, "say by who"),
        (('when = "left"', 'do = "mute"', 'who = "is:muted"'), 4, "has left"),
        (('when = "joined"', 'do = "lock"', "what = 1"), 5, "has no 'what'"),
        (('when = "every"', 'every = "1m"', 'do = "message"'), 5, "needs with"),
        (
            (
                'when = "joined"',
                'do = "transfer"',
                "dangerous = true",
                'with = { role = "guest", conference_alias = "x", pin = "1234" }',
            ),
            6,
            "secret",
        ),
        (('do = "lock"',), 1, "does not say when"),
        (('when = "joined"',), 1, "does nothing"),
    ],
)
def test_each_mistake_has_its_line(
    tmp_path: Path, lines: tuple[str, ...], line: int, said: str
) -> None:
    with pytest.raises(Mistakes) as caught:
        read(tmp_path, rule(*lines))
    told = str(caught.value).splitlines()
    assert any(f"rules.toml:{line}: " in one and said in one for one in told), told
    assert "1234" not in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Mistakes) as caught:
        read(
            tmp_path, rule('when = "x"', 'do = "lock"') + "\n" + rule('when = "empty"', 'do = "y"')
        )
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "x = 1", "[[rule]", "rule = 1"])
def test_what_is_no_file_of_rules_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(Mistakes):
        read(tmp_path, text)


def test_two_rules_of_one_name_are_told(tmp_path: Path) -> None:
    one = rule('when = "empty"', 'do = "lock"')
    with pytest.raises(Mistakes, match="already, in line 1"):
        read(tmp_path, f"{one}\n{one}")
