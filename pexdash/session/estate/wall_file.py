"""The files that say which conferences a wall shows: TOML, or a list of aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pexdash.api.address import NodeAddress, check_alias, parse_node
from pexdash.api.own_certificate import OwnCertificate
from pexdash.api.tls import trust
from pexdash.errors import UsageFault
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.policy import PROFILES, Profile
from pexdash.session.estate.alarm_tables import alarms_in, rules_in
from pexdash.session.estate.bus_table import bus_in
from pexdash.session.estate.wanted import Cluster, Plan, Rules, Wanted
from pexdash.session.tables import (
    Mistakes,
    Sheet,
    Table,
    read_sheet,
    text_of,
    unknown_words,
)
from pexdash.text import NAME_LIMIT, clean
from pexdash.toml_lines import Place, lines_of


def read_wall_file(path: Path, settings: Rules = Rules()) -> Plan:  # noqa: B008
    """The conferences, clusters, rules and title of a wall's file.

    `settings` are the rules of the settings file, which this one goes before. Raises Mistakes, with
    every mistake and its line.
    """
    table, sheet = read_sheet(path, "a wall's file")
    plan = _plan(table, sheet, settings)
    sheet.check()
    return plan


def read_aliases(path: Path) -> tuple[str, ...]:
    """The aliases of a file with one in each line, in its order; `#` begins a comment.

    Raises Mistakes, with every mistake and its line.
    """
    found: dict[str, int] = {}
    sheet = Sheet(path, {})
    aliases = []
    for number, line in enumerate(text_of(path).splitlines(), 1):
        said = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not said:
            continue
        try:
            alias = check_alias(said)
        except UsageFault as fault:
            sheet.mistake(number, str(fault))
            continue
        if (before := found.setdefault(alias.lower(), number)) != number:
            sheet.mistake(number, f"{clean(alias)} is there already, in line {before}")
        aliases.append(alias)
    sheet.check()
    return tuple(aliases)


def rules_of_settings(path: Path, alarms: object, profiles: object) -> Rules:
    """The rules of the settings file; raises Mistakes, with every mistake and its line."""
    try:
        lines: Mapping[Place, int] = lines_of(text_of(path))
    except Mistakes:
        lines = {}
    sheet = Sheet(path, lines)
    rules = rules_in(Table(sheet, (), {"alarms": alarms, "profile": profiles}, "the settings"))
    sheet.check()
    return rules


def _plan(file: Table, sheet: Sheet, settings: Rules) -> Plan:
    wall = file.table("wall")
    title, name = wall.text("title"), clean(wall.text("name"), NAME_LIMIT)
    wall.end()
    rules = rules_in(file, settings.profiles)
    profiles = {**settings.profiles, **rules.profiles}
    clusters = _clusters(file.tables("cluster"), sheet)
    wanted: dict[object, tuple[Wanted, Place]] = {}
    for table in file.tables("conference"):
        one = _conference(table, clusters, {**PROFILES, **profiles})
        if one is None:
            continue
        first, place = wanted.setdefault(one.key, (one, table.place))
        if first is not one:
            where = f"in line {sheet.line((*place, 'alias'))}"
            table.wrong("alias", f"{clean(one.alias)} is there already, {where}")
    bus = bus_in(file.table("bus"))
    file.end()
    return Plan(
        title or sheet.path.stem,
        name,
        tuple(one for one, _ in wanted.values()),
        (rules.alarms, settings.alarms),
        profiles,
        bus,
    )


def _clusters(tables: Sequence[Table], sheet: Sheet) -> dict[str, Cluster]:
    found: dict[str, Cluster] = {}
    for table in tables:
        name = table.text("name")
        cluster = Cluster(
            name,
            _node(table),
            table.file("ca_file"),
            table.file("cert_file"),
            table.file("key_file"),
        )
        table.end()
        _check_certificates(table, cluster)
        if not name:
            if "name" not in table:
                table.wrong("", "this cluster has no name")
        elif name in found:
            table.wrong("name", f"there is a cluster {name!r} already")
        else:
            found[name] = cluster
    return found


def _check_certificates(table: Table, cluster: Cluster) -> None:
    if cluster.key_file is not None and "cert_file" not in table:
        table.wrong("key_file", "key_file is the key of no certificate: give that by cert_file")
    try:
        if cluster.cert_file is not None:
            OwnCertificate(cluster.cert_file, cluster.key_file).check()
    except UsageFault as fault:
        table.wrong("cert_file", str(fault))
    try:
        if cluster.ca_file is not None:
            trust(cluster.ca_file, insecure=False)
    except UsageFault as fault:
        table.wrong("ca_file", str(fault))


def _node(table: Table) -> NodeAddress | None:
    text = table.text("node")
    try:
        return parse_node(text) if text else None
    except UsageFault as fault:
        table.wrong("node", str(fault))
        return None


def _conference(
    table: Table, clusters: Mapping[str, Cluster], profiles: Mapping[str, Profile]
) -> Wanted | None:
    alias = table.text("alias")
    if "alias" not in table:
        table.wrong("", "this conference has no alias")
    try:
        alias = check_alias(alias) if alias else ""
    except UsageFault as fault:
        table.wrong("alias", str(fault))
        alias = ""
    profile = table.text("profile") or "noc"
    if profile not in profiles:
        table.wrong("profile", unknown_words("profile", profile, profiles))
    pin_file, pin_command = table.file("pin_file"), table.texts("pin_command")
    if "pin_file" in table and pin_command:
        table.wrong("pin_command", "pin_file or pin_command gives the PIN, not both")
    table.refuse("pin", "a PIN does not stand here: pin_file or pin_command gives it")
    one = Wanted(
        alias,
        _cluster_of(table, clusters),
        table.text("label"),
        pin_file,
        pin_command,
        profile,
        _expectations(table),
        alarms_in(table.table("alarms")),
    )
    table.end()
    return one if alias else None


def _cluster_of(table: Table, clusters: Mapping[str, Cluster]) -> Cluster:
    name = table.text("cluster")
    if name and name not in clusters:
        table.wrong("cluster", unknown_words("cluster", name, clusters))
    elif not name and len(clusters) > 1:
        table.wrong(
            "", "there are several clusters: say by `cluster` which one this conference is in"
        )
    elif not name and clusters:
        (name,) = clusters
    return clusters.get(name, Cluster())


def _expectations(table: Table) -> Expectations:
    least, most = table.count("people_min"), table.count("people_max")
    if least is not None and most is not None and least > most:
        table.wrong("people_max", "people_max is less than people_min")
    return Expectations(
        required=table.texts("required"),
        home_domains=table.texts("home_domains"),
        people_min=least,
        people_max=most,
        locked=table.switch("locked"),
        record=table.switch("record"),
        verified=table.switch("verified"),
        classification=table.text("classification"),
    )
