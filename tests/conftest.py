"""What a run of the tests leaves behind holds no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.canaries import leaks

ROOT = Path(__file__).parent.parent
PIN_FILE = "the-pin"
"""The one file that a test may write a canary to: what it is read from."""


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look through all that the tests, hypothesis and the screenshots left."""
    yield
    folders = [tmp_path_factory.getbasetemp(), ROOT / ".hypothesis", ROOT / "screenshots"]
    assert list(leaks(folders, but=[PIN_FILE])) == []
