"""What `wall` and `collect` join themselves: the options for it, and what those come to."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from pexdash.cli import process
from pexdash.cli.alarm_options import outlets_from, rules_of
from pexdash.cli.options import JoinOptions, check_standard_input, options_of_joining
from pexdash.cli.screen import rules_in
from pexdash.errors import UsageFault
from pexdash.settings import Settings, state_folder

if TYPE_CHECKING:
    import ssl

    from pexdash.secret import Secret
    from pexdash.session.alarms.at_work import AlarmsAtWork
    from pexdash.session.alarms.kept_writer import Keeps
    from pexdash.session.alarms.outlets import OutletSettings
    from pexdash.session.estate.fleet import Fleet
    from pexdash.session.estate.joining import Joining
    from pexdash.session.estate.lists import Lists
    from pexdash.session.estate.wanted import Cluster, Plan
    from pexdash.session.rules.rule import Rule

_F = TypeVar("_F", bound=Callable[..., Any])

_OF_JOINING = (
    "--node",
    "--name",
    "--pin-file",
    "--ca-file",
    "--cert-file",
    "--key-file",
    "--insecure",
    "--read-only",
    "--keep",
    "--audit",
    "--rules",
    "--arm",
    "--log-file",
)


def options_of_many(config: str) -> Callable[[_F], _F]:
    """Add the options of whatever joins many conferences; `config` is the help of --config."""
    options = (
        click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help=config),
        click.option(
            "--from",
            "aliases_file",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="More conferences: one alias a line.",
        ),
        options_of_joining(*_OF_JOINING),
        click.option(
            "--record",
            metavar="FOLDER",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Write every event of each conference to files of its own in FOLDER: names and"
            " chat too.",
        ),
    )

    def add(command: _F) -> _F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


class OwnConferences(NamedTuple):
    """What is to be joined, how, by whose rules, and who is told of alarms."""

    plan: Plan
    lists: Lists
    joining: Joining
    outlets: OutletSettings
    acting: Sequence[Rule]
    options: JoinOptions
    settings: Settings


def own_conferences(
    aliases: tuple[str, ...],
    config: Path | None,
    aliases_file: Path | None,
    options: JoinOptions,
    settings: Settings,
    *,
    bell_command: str | None,
    alarm_command: str | None,
    alertmanager: str | None,
) -> OwnConferences:
    """What the command line comes to; raises UsageFault, with every mistake of every file."""
    from pexdash.api.address import check_alias
    from pexdash.cli.given_secrets import pin_from
    from pexdash.session.estate.lists import Lists

    check_standard_input(options)
    if options.keep is not None and options.record is None:
        raise UsageFault("--keep is for the folder of --record, which is not given")
    acting = rules_in(options)
    rules = rules_of(settings)
    outlets = outlets_from(
        settings,
        bell_command=bell_command,
        alarm_command=alarm_command,
        alertmanager=alertmanager,
    )
    pin = pin_from(options.pin_file)
    named = tuple(dict.fromkeys(check_alias(alias) for alias in aliases))
    lists = Lists(named, config, aliases_file, rules)
    plan = lists.read()
    joining = joining_for(options, settings, pin)
    process.want_many_files()
    return OwnConferences(plan, lists, joining, outlets, acting, options, settings)


def joining_for(options: JoinOptions, settings: Settings, pin: Secret | None) -> Joining:
    """What all conferences are joined with; raises UsageFault for a wrong value."""
    from pexdash.api.address import parse_node
    from pexdash.cli.invitation import own_name, trust_for
    from pexdash.session.estate.joining import Joining
    from pexdash.text import NAME_LIMIT, clean

    trust_for(options, settings)  # what is wrong with the certificates is told before we join

    def trust(cluster: Cluster) -> Callable[[], ssl.SSLContext]:
        own = options._replace(ca_file=cluster.ca_file or options.ca_file)
        if cluster.cert_file is not None:
            own = own._replace(cert_file=cluster.cert_file, key_file=cluster.key_file)
        return trust_for(own, settings)

    node = options.node or settings.node
    # The environment goes before a wall's file, and that before the settings.
    name = options.name or os.environ.get("PEXDASH_NAME", "")
    return Joining(
        clean(name, NAME_LIMIT),
        trust,
        parse_node(node) if node else None,
        pin,
        insecure=options.insecure,
        read_only=options.read_only,
        usual_name=clean(settings.name, NAME_LIMIT) or own_name(),
    )


def fleet_for(plan: Plan, joining: Joining, *, keeps: bool = True) -> tuple[Fleet, AlarmsAtWork]:
    """The fleet for a plan, with its alarms; what is acknowledged is kept unless it must not be."""
    from pexdash.cli.invitation import own_name
    from pexdash.clock import SystemClock
    from pexdash.model.alarms.policy import policy_of
    from pexdash.session.alarms.at_work import AlarmsAtWork
    from pexdash.session.alarms.kept_file import KeptFile
    from pexdash.session.alarms.own_kept import OwnKept
    from pexdash.session.estate.fleet import Fleet

    clock = SystemClock()

    def kept_in(name: str) -> KeptFile:
        return KeptFile(state_folder() / name, lambda: clock.wall() - clock.monotonic())

    file: Keeps | None = None
    if keeps:
        file = kept_in("alarms.json")
        if joining.local_ack:
            file = OwnKept(kept_in("own-alarms.json"), file)
    alarms = AlarmsAtWork(
        clock,
        operator=own_name(),
        policy=policy_of(layers=plan.layers, profiles=plan.profiles),
        moment=lambda at: time.strftime("%H:%M:%S", time.localtime(at)),
        file=file,
        say=lambda words: fleet.say(words),
    )
    fleet = Fleet(plan, joining, alarms, clock=clock, rng=random.Random())
    return fleet, alarms


@contextlib.contextmanager
def read_again_at_signal(
    lists: Lists, adopt: Callable[[Plan], None], say: Callable[[str], None]
) -> Iterator[None]:
    """Read the files again at SIGUSR1, where there is such a signal."""
    number = getattr(signal, "SIGUSR1", None)
    loop = asyncio.get_running_loop()
    if number is not None:
        loop.add_signal_handler(number, lists.read_again, adopt, say)
    try:
        yield
    finally:
        if number is not None:
            loop.remove_signal_handler(number)
