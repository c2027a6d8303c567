"""However far a visit has come when it is struck, each token it has is released, and once."""

from __future__ import annotations

import pytest

from pexdash.node.server import EmbeddedNode
from tests.session.host import ALIAS, OPEN
from tests.trust.awaits import WITHIN_SECONDS, Blow, visit


@pytest.mark.parametrize("blow", Blow, ids=lambda blow: blow.value)
async def test_the_token_is_released_whichever_await_is_struck(blow: Blow) -> None:
    async with EmbeddedNode(OPEN) as node:
        node.conference(ALIAS).join("Bob")
        if blow is Blow.CANCELLED_IN_AWAIT:
            for name in ("request_token", "conference_status", "mute", "release_token"):
                node.faults.delay(name, 2 * WITHIN_SECONDS, times=1000)
        untouched = await visit(node, 0, blow)
        assert untouched.awaits > 20
        assert len(untouched.released) == 1
        for at in range(1, untouched.awaits + 3):
            struck = await visit(node, at, blow)
            assert struck.released == struck.obtained, at
            assert len(struck.obtained) <= 1, at
