"""Rules at work on an embedded node, as the tests of rules drive them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent

from pexdash.node.settings import ConferenceSettings
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.ruling import follow_rules
from pexdash.session.rules.at_work import RulesAtWork, Standing
from pexdash.session.rules.rule import Rule
from pexdash.session.rules.rules_file import read_rules
from tests.session.host import OPEN, Host, hosting


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
