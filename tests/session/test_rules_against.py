"""A recording tells what rules would have done in it, as they do it in a meeting."""

from __future__ import annotations

from pathlib import Path

from pexdash.session.membership.membership import Membership
from pexdash.session.membership.recording import record
from pexdash.session.membership.ruling import follow_rules
from pexdash.session.rules.against import WouldHave, would_have
from tests.session.drops import back, drop
from tests.session.host import ALIAS, hosting
from tests.session.ruling import COLLEAGUES, QUIET, passes, rules_of, waiting

LIMITED = QUIET.replace('"quiet"', '"few"').replace("mute", "spotlighton") + '    limit = "2/h"\n'


async def test_it_would_have_done_what_the_dry_run_said(tmp_path: Path) -> None:
    path = tmp_path / "meeting.ndjson"
    rules = rules_of(tmp_path, COLLEAGUES + '    for = "5s"\n' + QUIET + LIMITED)

    def begin(membership: Membership) -> None:
        record(membership, path, keep=None, say=lambda _: None)
        follow_rules(membership, rules, arm=False)

    async with hosting(before=begin) as host:
        began = host.clock.wall()
        await waiting(host, "Ann", "ann@example.com")
        await waiting(host, "ann@example.com", "mallory@evil.test")
        await passes(host, 6)
        for name in ("Bob", "Cy", "Dan"):
            await host.someone(name, role="guest")
            await passes(host)
        await drop(host)
        host.conference.join("Eve", role="guest")
        await back(host)
        await passes(host)
        assert host.membership.rules is not None
        would = {one.rule.name: one.would for one in host.membership.rules.standings}
        host.membership.rules.close()
    found = list(would_have(rules, [path], ALIAS))
    admitted, *others = found
    assert (admitted.rule.name, admitted.what, admitted.name) == ("colleagues", "Admit", "Ann")
    assert 5 <= admitted.time - began <= 6
    assert names(others, "quiet") == ["Bob", "Cy", "Dan"]
    assert names(others, "few") == ["Bob", "Cy"]
    (stopped,) = [one.what for one in found if "stopped itself" in one.what]
    assert "more than 2 in 3600 s" in stopped
    # Nothing stops a dry run.
    assert would == {"colleagues": 1, "quiet": 3, "few": 3}


def names(found: list[WouldHave], rule: str) -> list[str]:
    return [one.name for one in found if one.rule.name == rule and one.uuid]


async def test_what_it_would_only_suggest_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "meeting.ndjson"
    rules = rules_of(tmp_path, COLLEAGUES.replace(" is:verified", ""))

    def begin(membership: Membership) -> None:
        record(membership, path, keep=None, say=lambda _: None)

    async with hosting(before=begin) as host:
        await waiting(host, "Ann", "ann@example.com")
        await passes(host)
        await host.act("lock")
    (found,) = would_have(rules, [path], ALIAS)
    assert (found.suggests, found.name) == (True, "Ann")
