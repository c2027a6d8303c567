"""The questions before what nobody can undo: what they name, and where they stand."""

from __future__ import annotations

import pytest
from textual.widgets import Button

from tests.ui.dashboard import Dashboard, dashboard

PEOPLE = [f"Person {number:02}" for number in range(30)]


def frame_of(shown: Dashboard) -> list[str]:
    """The lines of the question, from its title to the end of its frame."""
    lines = shown.lines()
    (top,) = (at for at, line in enumerate(lines) if "╭─ " in line)
    (bottom,) = (at for at, line in enumerate(lines) if line.startswith("╰─"))
    return lines[top : bottom + 1]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_question_names_its_verb_four_people_and_how_many_more(
    size: tuple[int, int],
) -> None:
    async with dashboard(*PEOPLE, size=size) as shown:
        await shown.press("asterisk", "D")
        await shown.shows("Disconnect 30 people?")
        frame = "\n".join(frame_of(shown))
        for number in range(4):
            assert f"Person {number:02}  sip:Person@example.com" in frame
        assert "Person 04" not in frame
        unseen = sum(shown.roster.place_of(shown.uuid_of(name)) is None for name in PEOPLE[4:])
        assert f"+26, {unseen} of them out of sight" in frame if unseen else "+26  " in frame
        assert bool(unseen) is (size == (80, 24))


async def test_the_safe_answer_comes_first_and_has_the_focus() -> None:
    async with dashboard("Ann") as shown:
        await shown.put_cursor_on("Ann")
        await shown.press("D")
        await shown.shows("Disconnect?", "Ann  sip:Ann@example.com")
        (answers,) = (line for line in frame_of(shown) if "y Disconnect" in line)
        assert answers.index("esc Keep") < answers.index("y Disconnect")
        assert isinstance(shown.app.focused, Button)
        assert shown.app.focused.id == "no"


@pytest.mark.parametrize("name", [PEOPLE[0], PEOPLE[7], PEOPLE[29]])
async def test_a_question_never_covers_whom_it_is_about(name: str) -> None:
    async with dashboard(*PEOPLE, size=(80, 24)) as shown:
        await shown.put_cursor_on(name)
        await shown.press("D")
        await shown.shows("Disconnect?")
        assert any(line.startswith("▸") and name in line for line in shown.lines())


async def test_a_question_hangs_from_the_top_line_where_the_row_is_at_the_bottom() -> None:
    people = [f"Person {number:02}" for number in range(60)]
    async with dashboard(*people, size=(59, 16)) as shown:
        await shown.put_cursor_on(people[40])
        await shown.press("D")
        await shown.shows("Disconnect?")
        lines = shown.lines()
        assert lines[1].startswith("╭─ Disconnect?")
        assert any(line.startswith("▸") and people[40] in line for line in lines)


async def test_who_is_hidden_by_a_filter_is_said_to_be_out_of_sight() -> None:
    async with dashboard("Ann", "Bob", size=(80, 24)) as shown:
        await shown.press("asterisk", "slash", *"ann", "enter", "D")
        await shown.shows("Disconnect 2 people?")
        frame = frame_of(shown)
        (ann,) = (line for line in frame if "Ann " in line)
        (bob,) = (line for line in frame if "Bob " in line)
        assert "out of sight" in bob
        assert "out of sight" not in ann
