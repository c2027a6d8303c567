"""The tables on alarms: [alarms.RULE] and [profile.NAME], in the settings and in a wall's file."""

from __future__ import annotations

from collections.abc import Mapping

from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.policy import PROFILES, RULES, Profile, RuleSettings, policy_of
from pexdash.session.estate.wanted import Rules
from pexdash.session.tables import Table, unknown_words


def alarms_in(tables: Table) -> dict[str, RuleSettings]:
    """What a table of tables says of each rule, by the rule's id."""
    found = {}
    for name in tables.names():
        one = tables.table(name)
        if name not in RULES:
            tables.wrong(name, unknown_words("alarm", name, RULES))
            continue
        severity = one.choice("severity", [each.value for each in Severity])
        found[name] = RuleSettings(
            value=one.number("value"),
            on=one.number("on", what="a number of seconds"),
            off=one.number("off", what="a number of seconds"),
            critical_after=one.number("critical_after", what="a number of seconds"),
            severity=Severity(severity) if severity else None,
            enabled=one.switch("enabled"),
        )
        one.end()
    return found


def rules_in(table: Table, known: Mapping[str, Profile] | None = None) -> Rules:
    """The alarms and profiles of a whole file; `known` are profiles of other files."""
    alarms = alarms_in(table.table("alarms"))
    profiles = table.table("profile")
    found: dict[str, Profile] = {}
    for name in profiles.names():
        one = profiles.table(name)
        if name in PROFILES:
            profiles.wrong(name, f"the profile {name!r} is there already: choose another name")
            continue
        found[name] = Profile(
            name=name, base=one.text("base") or "noc", alarms=alarms_in(one.table("alarms"))
        )
        one.end()
    everyone = {**PROFILES, **(known or {}), **found}
    for name, profile in found.items():
        _check_base(profiles.table(name), profile, everyone)
    return Rules(alarms, found)


def _check_base(table: Table, profile: Profile, everyone: Mapping[str, Profile]) -> None:
    if profile.base not in everyone:
        table.wrong("base", unknown_words("profile", profile.base, everyone))
        return
    try:
        policy_of(profile.name, profiles=everyone)
    except ValueError as fault:
        table.wrong("base", str(fault))
    except KeyError:
        pass  # another one's base, which is told there
