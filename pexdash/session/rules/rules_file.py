"""The file of rules: TOML tables of a closed vocabulary, and every mistake in it with its line."""

from __future__ import annotations

import re
from pathlib import Path

from pexdash.api.requests import Scope
from pexdash.model.alarms.policy import RULES as ALARMS
from pexdash.model.alarms.rule import Scope as AlarmScope
from pexdash.session.moderation.action import Action, Step
from pexdash.session.rules.deeds import ADMIT, DANGEROUS, NotDoable, deed_of
from pexdash.session.rules.rule import Limit, Rule, When, Who
from pexdash.session.rules.who import NotKnown, who_of
from pexdash.session.tables import Sheet, Table, read_sheet, unknown_words
from pexdash.text import clean

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
"""How long the units of a time are."""
_LIMITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
"""How long the units of a limit are."""
_WORDS = tuple(one.value for one in When if one is not When.ALARM)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a file, in its order; raises Mistakes, with every mistake and its line."""
    file, sheet = read_sheet(path, "a rules file")
    rules: dict[str, Rule] = {}
    tables = file.tables("rule")
    for table in tables:
        rule = _rule(table, sheet)
        if rule is not None and rules.setdefault(rule.name, rule) is not rule:
            line = rules[rule.name].line
            table.wrong("name", f"there is a rule {rule.name!r} already, in line {line}")
    file.end()
    if not tables and not sheet.mistakes:
        sheet.mistake(1, "there is no rule in it: each is written as [[rule]]")
    sheet.check()
    return tuple(rules.values())


def _rule(table: Table, sheet: Sheet) -> Rule | None:
    """The rule of a table, None where something of it is wrong."""
    before = len(sheet.mistakes)
    name = table.text("name")
    if "name" not in table:
        table.wrong("", "this rule has no name")
    when, alarm = _when(table)
    who = _who(table)
    deed = _deed(table, when, who)
    wait, every = _seconds(table, "for"), _seconds(table, "every")
    limit = _limit(table)
    if when is When.EVERY and not every and "every" not in table:
        table.wrong("when", 'when = "every" needs every = "5m"')
    if when is not When.EVERY and "every" in table:
        table.wrong("every", 'every is for when = "every"')
    if when in (When.LEFT, When.EVERY) and "for" in table:
        table.wrong("for", f"{when.value} lasts no time, so it takes no for")
    table.end()
    if len(sheet.mistakes) > before or when is None or deed is None:
        return None
    action, step = deed
    line = sheet.line(table.place)
    return Rule(name, when, who, action, step, wait, every, alarm, limit, line)


def _when(table: Table) -> tuple[When | None, str]:
    """What the rule waits for, and the id of the alarm where it is one."""
    word, colon, alarm = table.text("when").partition(":")
    if "when" not in table:
        table.wrong("", "this rule does not say when")
    elif word == When.ALARM.value and colon:
        if alarm not in ALARMS:
            table.wrong("when", unknown_words("alarm", alarm, ALARMS))
        elif ALARMS[alarm].scope in (AlarmScope.NODE, AlarmScope.PROGRAM):
            table.wrong("when", f"{alarm} is about no conference, so no rule can wait for it")
        else:
            return When.ALARM, alarm
    elif word in _WORDS and not colon:
        return When(word), ""
    elif word:
        there = f"{', '.join(_WORDS)} or alarm:ID"
        table.wrong("when", f"when is {there}, not {clean(word + colon + alarm, 64)!r}")
    return None, ""


def _who(table: Table) -> Who | None:
    text = table.text("who")
    if not text:
        return None
    try:
        return who_of(text, needs_keys=table.peek("do") in (ADMIT, "unlock"))
    except NotKnown as fault:
        table.wrong("who", str(fault))
        return None


def _deed(table: Table, when: When | None, who: Who | None) -> tuple[Action, Step] | None:
    """What the rule does; None where that is wrong."""
    name, is_dangerous = table.text("do"), table.switch("dangerous")
    fields = table.values("with")
    if "do" not in table:
        table.wrong("", "this rule does nothing: say what by do")
    if not name or when is None:
        return None
    has_left = when is When.LEFT
    of_people = not has_left and (when.is_about_somebody or "who" in table)
    try:
        action, step = deed_of(name, fields, of_people=of_people)
    except NotDoable as fault:
        table.wrong(fault.field if fault.field in table else "do", str(fault))
        return None
    is_for_people = step.request.scope is Scope.PARTICIPANT
    if is_for_people and has_left:
        table.wrong("do", f"{name} is for a person, and whoever has left is not there any more")
    elif is_for_people and "who" not in table and not when.is_about_somebody:
        table.wrong("", f"{name} is for people: say by who for whom")
    if step.request in DANGEROUS and is_dangerous is not True:
        table.wrong("do", f"{name} is dangerous: a rule does it only with dangerous = true")
    return action, step


def _seconds(table: Table, name: str) -> float:
    text = table.text(name)
    if not text:
        return 0.0
    found = re.fullmatch(r"([1-9][0-9]{0,4})([smh])", text)
    if found is None:
        table.wrong(name, f'{name} is a time as "5s", "10m" or "2h", not {text!r}')
        return 0.0
    return int(found[1]) * _SECONDS[found[2]]


def _limit(table: Table) -> Limit:
    text = table.text("limit")
    if not text:
        return Limit()
    found = re.fullmatch(r"([1-9][0-9]{0,4})/(s|min|h)", text)
    if found is None:
        table.wrong("limit", f'limit is how many people in a time, as "20/min", not {text!r}')
        return Limit()
    return Limit(int(found[1]), _LIMITS[found[2]])
