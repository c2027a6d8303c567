"""What the tests of the client share."""

from __future__ import annotations

import pytest

from pexdash.api import client as client_module


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.1)
