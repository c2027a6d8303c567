"""Everything that any test of the screen draws is looked at: nothing unclean may be in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.drawn_text import Offences, watching


@pytest.fixture(autouse=True)
def drawn_text() -> Iterator[Offences]:
    """What was drawn that no terminal may get; the test fails where there is any at its end."""
    with watching() as offences:
        yield offences
    assert offences == []
