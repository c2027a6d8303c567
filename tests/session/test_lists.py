"""The lists of a wall: read once at the start, and again when their files have stood still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.session.estate.lists import Lists
from pexdash.session.estate.wanted import Plan
from tests.manual_clock import ManualClock


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "north.toml"


@pytest.fixture
def aliases(tmp_path: Path) -> Path:
    return tmp_path / "aliases"


def keys(plan: Plan) -> list[str]:
    return [":".join(one.key) for one in plan.wanted]


def table(*aliases: str) -> str:
    return "".join(f'[[conference]]\nalias = "{alias}"\n' for alias in aliases)


def write(file: Path, text: str) -> None:
    file.write_text(text)


def remove(file: Path) -> None:
    file.unlink()


@asynccontextmanager
async def followed(lists: Lists) -> AsyncIterator[tuple[ManualClock, list[Plan], list[str]]]:
    clock, plans, said = ManualClock(), list[Plan](), list[str]()
    following = asyncio.create_task(lists.follow(plans.append, said.append, clock))
    try:
        yield clock, plans, said
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def test_the_file_comes_first_and_each_conference_once(config: Path, aliases: Path) -> None:
    config.write_text('[[cluster]]\nname = "main"\n' + table("b", "a"))
    aliases.write_text("c\nD\n")
    plan = Lists(("d", "e"), config, aliases).read()
    assert keys(plan) == ["main:b", "main:a", ":d", ":e", ":c"]
    assert [one.is_bare for one in plan.wanted] == [False, False, True, True, True]
    assert plan.title == "north"
    assert Lists((), None, aliases).read().title == "aliases"


def test_all_mistakes_of_both_files_are_told_at_once(config: Path, aliases: Path) -> None:
    config.write_text("wal = 1\n" + table("a"))
    aliases.write_text("..\n")
    with pytest.raises(UsageFault) as told:
        Lists((), config, aliases).read()
    assert len(str(told.value).splitlines()) == 2


def test_without_any_conference_there_is_nothing_to_show(config: Path) -> None:
    config.write_text("")
    with pytest.raises(UsageFault, match="there is no conference to show"):
        Lists((), config).read()


async def test_a_file_that_changed_is_read_once_it_stood_still(config: Path) -> None:
    write(config, table("a"))
    lists = Lists((), config)
    lists.read()
    async with followed(lists) as (clock, plans, said):
        await clock.advance(10)
        assert plans == []
        write(config, table("a", "b"))
        await clock.advance(1.5)
        write(config, table("a", "b", "c"))
        await clock.advance(2)
        assert plans == []
        await clock.advance(2)
        assert [keys(plan) for plan in plans] == [[":a", ":b", ":c"]]
        assert said == ["The list was read again: 3 conferences"]
        await clock.advance(20)
        assert len(plans) == 1


async def test_a_mistake_changes_nothing_and_is_told_once(config: Path) -> None:
    write(config, table("a"))
    lists = Lists((), config)
    lists.read()
    async with followed(lists) as (clock, plans, said):
        write(config, "wal = 1\nbuss = 2\n" + table("a"))
        await clock.advance(20)
        assert plans == []
        (words,) = said
        assert words.startswith(f"The wall stays as it is: {config}:1: a wall's file has no 'wal'")
        assert f"; {config}:2: a wall's file has no 'buss'" in words
        remove(config)
        await clock.advance(20)
        assert plans == []
        assert "cannot be read" in said[1]
        write(config, table("b"))
        await clock.advance(20)
        assert [keys(plan) for plan in plans] == [[":b"]]
