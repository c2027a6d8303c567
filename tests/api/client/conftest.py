"""What the tests of the client share."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.api import client as client_module
from tests.api.client.authorities import AUTHORITY


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.4)


@pytest.fixture(scope="session")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file a user would give for a company's own authority."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path
