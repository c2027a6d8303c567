"""Each request of ours stands in the recording once it has ended, with how, and no secret."""

from __future__ import annotations

from pathlib import Path

from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Acted
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.recording import record
from tests.eventually import eventually
from tests.session.host import hosting


async def test_a_request_is_told_with_its_times_and_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "meeting"

    def begin(membership: Membership) -> None:
        record(membership, path, keep=None, say=lambda _: None)

    async with hosting(before=begin) as host:
        ann = await host.someone("Ann Smith")
        await host.act("mute", ann.uuid)
        await eventually(lambda: host.shown(ann.uuid).is_muted)
        await host.membership.moderation.send_message("hello")
        asked = host.clock.wall()
    muted, said = (one.told for one in Recorded(path) if isinstance(one.told, Acted))
    assert (muted.title, muted.request, muted.outcome) == ("Mute", "mute", "done")
    assert (muted.uuid, muted.name, muted.as_name) == (ann.uuid, "Ann Smith", "Alice")
    assert muted.took is not None
    assert muted.seen is not None
    assert 0 <= muted.took <= muted.seen
    assert (said.request, said.fields["payload"], said.seen) == ("message", "hello", None)
    assert said.asked <= asked
