"""However far a visit has come when it is struck, each token it has is released, and once."""

from __future__ import annotations

import pytest

from pexdash.node.server import EmbeddedNode
from tests.session.host import ALIAS, OPEN
from tests.trust.awaits import visit


@pytest.mark.parametrize("from_within", [False, True], ids=["cancelled", "failing await"])
async def test_the_token_is_released_whichever_await_is_struck(from_within: bool) -> None:
    async with EmbeddedNode(OPEN) as node:
        node.conference(ALIAS).join("Bob")
        untouched = await visit(node, 0, from_within=from_within)
        assert untouched.awaits > 20
        assert len(untouched.released) == 1
        for at in range(1, untouched.awaits + 3):
            struck = await visit(node, at, from_within=from_within)
            assert struck.released == struck.obtained, at
            assert len(struck.obtained) <= 1, at
