"""Rules at work on an embedded node, as the tests of rules drive them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent

from pexdash.node.participant import NodeParticipant
from pexdash.node.settings import ConferenceSettings
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.ruling import follow_rules
from pexdash.session.rules.at_work import RulesAtWork, Standing
from pexdash.session.rules.rule import Rule
from pexdash.session.rules.rules_file import read_rules
from tests.session.host import OPEN, Host, hosting, settled

COLLEAGUES = """
    [[rule]]
    name = "colleagues"
    when = "waiting"
    who = "domain:example.com is:verified"
    do = "admit"
"""
QUIET = """
    [[rule]]
    name = "quiet"
    when = "joined"
    who = "role:guest"
    do = "mute"
"""


def rules_of(tmp_path: Path, text: str) -> tuple[Rule, ...]:
    """The rules of a file with this text."""
    file = tmp_path / "rules.toml"
    file.write_text(dedent(text), "utf-8")
    return read_rules(file)


@asynccontextmanager
async def ruling(
    rules: tuple[Rule, ...], *, arm: bool = True, settings: ConferenceSettings = OPEN
) -> AsyncIterator[tuple[Host, RulesAtWork]]:
    """A host whose rules are at work from the join on."""

    def begin(membership: Membership) -> None:
        follow_rules(membership, rules, arm=arm)

    async with hosting(settings, before=begin) as host:
        work = host.membership.rules
        assert work is not None
        try:
            yield host, work
        finally:
            work.close()


def only(work: RulesAtWork) -> Standing:
    """The one rule."""
    (standing,) = work.standings
    return standing


async def waiting(
    host: Host, name: str, uri: str = "", *, verified: bool = True
) -> NodeParticipant:
    return await host.someone(
        name, uri=uri, service_type="waiting_room", is_idp_authenticated=verified
    )


async def passes(host: Host, seconds: float = 2.0) -> None:
    """Let time pass, and what the rules send arrive."""
    for _ in range(round(seconds * 2)):
        await host.clock.advance(0.5)
        await settled()
