"""Rules on the screen: the top line says how they stand, and the palette arms them."""

from __future__ import annotations

from pathlib import Path

from pexdash.session.membership.ruling import follow_rules
from tests.eventually import eventually
from tests.session.ruling import COLLEAGUES, rules_of
from tests.ui.dashboard import dashboard

OTHER = COLLEAGUES.replace("colleagues", "anybody").replace(" is:verified", "")


async def test_a_rule_is_armed_from_the_palette_and_each_request_says_what_it_came_from(
    tmp_path: Path,
) -> None:
    async with dashboard("Ann", size=(160, 40)) as shown:
        follow_rules(shown.membership, rules_of(tmp_path, COLLEAGUES + OTHER), arm=False)
        bob = shown.meeting.join(
            "Bob", uri="bob@example.com", service_type="waiting_room", is_idp_authenticated=True
        )
        rules = shown.membership.rules
        assert rules is not None
        await eventually(lambda: bob.uuid in shown.feed.conference.participants)
        await shown.clock.advance(1)
        await shown.shows("RULES 0/2", "2 would act")
        assert shown.requests() == []
        await shown.press("ctrl+p", *"arm the rule any")
        await shown.shows("Arm the rule anybody")
        await shown.press("enter")
        assert "only suggests" in shown.told()
        await shown.press("ctrl+p", *"arm the rule coll")
        await shown.shows("Arm the rule colleagues")
        await shown.press("enter")
        await eventually(lambda: rules.armed)
        await shown.clock.advance(1)
        await eventually(lambda: shown.requests())
        assert shown.requests() == [f"participants/{bob.uuid}/unlock"]
        await shown.shows("RULES 1/2")
        await shown.press("ctrl+p", *"lock / unlock the")
        await shown.press("enter")
        await eventually(lambda: "lock" in shown.requests())
        await shown.put_cursor_on("Ann")
        await shown.press("m")
        await eventually(lambda: len(shown.requests()) == 3)
        entries = shown.membership.moderation.journal.entries
        assert [(one.origin.source, one.origin.action) for one in entries] == [
            ("rule:colleagues", "admit"),
            ("palette", "lock"),
            ("key", "mute"),
        ]
        await shown.press("D")
        await eventually(lambda: shown.takes_keys())
        await shown.press("y")
        await eventually(lambda: len(entries) == 4)
        assert entries[-1].origin.confirmed == "yes"
        rules.close()
