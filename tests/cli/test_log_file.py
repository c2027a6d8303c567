"""The log holds what happened, one clean line each, no secret, and never stops the program."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import pexdash.api.http.stock_transport  # noqa: F401 - silences the libraries
from pexdash.cli import log_file
from pexdash.cli.log_file import open_log
from pexdash.errors import UsageFault
from pexdash.log import is_logging, logger
from pexdash.secret import Secret, without_secrets

CANARY = "b3duZXI9Canary"


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    for handler in [one for one in logger.handlers if isinstance(one, log_file._LogFile)]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.NOTSET)


def never(text: str) -> None:
    raise AssertionError(text)


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_a_line_has_its_time_and_level_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "new" / "log"
    open_log(path, say=never)
    logger.info("joined %s", "meet.alice")
    logger.debug("too much")
    (line,) = lines(path)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info joined meet.alice", line)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.stat().st_mode & 0o777 for one in path.parents[:2]] == [0o700, 0o700]


def test_it_is_appended_to_and_made_private(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("before\n")
    path.chmod(0o644)
    open_log(path, say=never)
    logger.warning("after")
    assert lines(path)[0] == "before"
    assert lines(path)[1].endswith("warning after")
    assert path.stat().st_mode & 0o777 == 0o600


def test_remote_text_stays_one_clean_line(tmp_path: Path) -> None:
    open_log(tmp_path / "log", say=never)
    logger.info("refused: %s", "no\n2026 info forged\x1b[2J\u202e\x9b" + "x" * 9999)
    (line,) = lines(tmp_path / "log")
    assert "no 2026 info forged\u241b[2J\ufffdxxx" in line
    assert len(line) < 2100


def test_a_secret_in_a_message_is_struck_out(tmp_path: Path) -> None:
    open_log(tmp_path / "log", say=never)
    Secret(CANARY)
    Secret("8642")
    logger.info("token %s and pin=%s but not 186420", CANARY, "8642")
    (line,) = lines(tmp_path / "log")
    assert line.endswith("token *** and pin=*** but not 186420")


def test_only_the_last_secrets_are_remembered_and_short_ones_never() -> None:
    assert without_secrets("a none 123") == "a none 123"
    Secret("123")
    Secret("none")
    assert without_secrets("a none 123") == "a none 123"
    Secret("oldest-secret")
    for number in range(100):
        Secret(f"token-{number:03}")
    assert without_secrets("oldest-secret token-099") == "oldest-secret ***"


def test_a_secret_that_is_used_again_is_remembered_again() -> None:
    pin, token = Secret("oldest-secret"), Secret("token-of-before")
    for number in range(63):
        Secret(f"token-{number:03}")
    assert pin.reveal() == "oldest-secret"
    assert token.reveal() == "token-of-before"
    for number in range(62):
        Secret(f"another-{number:03}")
    assert without_secrets("oldest-secret token-of-before token-062") == "*** *** token-062"


@given(st.from_regex("[A-Za-z0-9+/=%]{4,20}", fullmatch=True), st.text(max_size=20))
def test_a_secret_that_stands_alone_is_always_struck_out(secret: str, around: str) -> None:
    Secret(secret)
    assume(secret != "none")
    text = without_secrets(f"{around} {secret} {around}:{secret}")
    assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text)


def test_libraries_that_write_urls_and_headers_are_not_heard(tmp_path: Path) -> None:
    open_log(tmp_path / "log", say=never)
    for name in ("httpx", "httpcore.http11"):
        # Not even what is severe: with no handler of its own it would go to the screen.
        assert not logging.getLogger(name).isEnabledFor(logging.CRITICAL)
        logging.getLogger(name).warning("secret")
    assert lines(tmp_path / "log") == []


def test_without_a_log_file_nothing_is_said_anywhere(capfd: pytest.CaptureFixture[str]) -> None:
    assert not is_logging()
    logger.error("the screen is full")
    assert capfd.readouterr() == ("", "")


def test_it_grows_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LARGEST_FILE", 1000)
    path = tmp_path / "log"
    open_log(path, say=never)
    for number in range(500):
        logger.info("line %d", number)
    files = sorted(one.name for one in tmp_path.iterdir())
    assert files == ["log", "log.1", "log.2", "log.3"]
    assert all(one.stat().st_size <= 1000 for one in tmp_path.iterdir())
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
    assert "line 499" in path.read_text()


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "nowhere"])
def test_what_is_no_plain_file_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "log"
    if kind == "link":
        (tmp_path / "target").write_text("")
        path.symlink_to(tmp_path / "target")
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path = Path("/dev/null/log")
    with pytest.raises(UsageFault, match="cannot be written"):
        open_log(path, say=never)
    assert not is_logging()


@pytest.mark.fault(88)
def test_a_full_disk_ends_logging_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    open_log(tmp_path / "log", say=said.append)
    logger.info("before")
    (handler,) = (one for one in logger.handlers if isinstance(one, log_file._LogFile))

    def full(text: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler.stream, "write", full)
    logger.info("one")
    logger.info("two")
    assert said == [f"The log file {tmp_path / 'log'} cannot be written: logging has stopped"]
    assert not is_logging()
