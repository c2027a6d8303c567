"""How many examples the property tests try, and that a run leaves no secret and no socket."""

from __future__ import annotations

import asyncio
import gc
import inspect
import re
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.canaries import leaks
from tests.examples import FACTOR, times
from tests.faults import held_by
from tests.order import mixed
from tests.programs import Preloaded
from tests.signals import catch_ignored_signals

ROOT = Path(__file__).parent.parent
PIN_FILE = "the-pin"
"""The one file that a test may write a canary to: what it is read from."""
TRIED = "examples"
_COUNTED = re.compile(r"(\d+) passing, (\d+) failing")
_tried: list[int] = []

# How long an input takes, to make or to try, tells how busy the machine is, and nothing about us.
settings.register_profile("tests", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("tests")
if FACTOR > 1:
    settings.register_profile("trust", max_examples=times(100))
    settings.load_profile("trust")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what hypothesis says of the examples of a test."""
    report = yield
    said = getattr(item, "hypothesis_statistics", "")
    if call.when == "call" and said:
        counts = [int(count) for both in _COUNTED.findall(said) for count in both]
        report.user_properties.append((TRIED, sum(counts)))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up, also what other processes report."""
    if report.when == "call":
        _tried.extend(int(str(value)) for name, value in report.user_properties if name == TRIED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many there were."""
    if FACTOR > 1:
        terminalreporter.write_line(f"{sum(_tried)} examples of {len(_tried)} properties")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have the loop of each test come to rest, after everything else of the test has ended.

    Workers take the tests in a mixed order.
    """
    if hasattr(config, "workerinput"):
        items[:] = mixed([(item.path.relative_to(ROOT).parts[1], item) for item in items])
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
            item.fixturenames.insert(0, "sockets_closed")


def pytest_sessionstart() -> None:
    """Look for no garbage before the tests are collected."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What has been collected stays to the end, and is never looked through for garbage.

    Nor is any looked for as often as by default, which took a tenth of the time of a test, and
    none at all while thousands of tests are collected.
    """
    gc.freeze()
    gc.set_threshold(5_000)
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose mark is wrong."""
    held_by(item)


@pytest.fixture
async def sockets_closed() -> AsyncIterator[None]:
    """The loop closes a socket in the turn after it was told to, if there is one."""
    yield
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture(scope="session", autouse=True)
def every_signal_is_heard() -> None:
    """Have programs hear signals that these tests were told to ignore."""
    catch_ignored_signals()


@pytest.fixture(scope="session", autouse=True)
def no_program_is_left() -> Iterator[None]:
    """End what programs were forked from, and any that a failed test has left."""
    yield
    Preloaded.end()


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look through all that the tests, hypothesis and the screenshots left."""
    yield
    folders = [tmp_path_factory.getbasetemp(), ROOT / ".hypothesis", ROOT / "screenshots"]
    assert list(leaks(folders, but=[PIN_FILE])) == []
