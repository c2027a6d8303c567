"""However far a visit has come when it is struck, each token it has is released, and once."""

from __future__ import annotations

import pytest

from tests.trust.awaits import Blow, count_struck


@pytest.mark.fault(100)
@pytest.mark.parametrize("blow", Blow, ids=lambda blow: blow.value)
async def test_the_token_is_released_whichever_await_is_struck(blow: Blow) -> None:
    counted = await count_struck(blow)
    assert counted.struck > 20
    assert counted.kept == counted.struck
