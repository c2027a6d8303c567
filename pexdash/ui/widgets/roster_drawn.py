"""What the terminal shows of a roster, so that only lines that differ are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from pexdash.ui.drawing.spans import Span

Line = Sequence[Span]


class DrawnRows:
    """The spans that the terminal surely shows, by who stands on which line of the view.

    `people` has those of each participant in view, None where they are unknown, and `headings`
    those of the lines of sections. `standing` is who stands on each line: a uuid, "" for a
    heading, None for nobody.
    """

    def __init__(self) -> None:
        self.people: dict[str, tuple[Span, ...] | None] = {}
        self.headings: dict[int, Line] = {}
        self.standing: list[str | None] = []
        self._unchanged: dict[str, tuple[Span, ...]] = {}

    def forget_people(self) -> None:
        """Every row may look different from now on."""
        self.people.clear()
        self._unchanged = {}

    def forget(self, uuids: Iterable[str]) -> None:
        """The rows of these participants may look different from now on."""
        for uuid in uuids:
            self.people.pop(uuid, None)

    def begin_anew(self) -> DrawnRows:
        """Know nothing, as the lines are laid out anew; returns what was known until now."""
        before = DrawnRows()
        before.people, before.headings = self.people, self.headings
        before.standing = self.standing
        self.people, self.headings = {}, {}
        return before

    def keep(self, before: DrawnRows) -> list[int]:
        """Take what stands as `before` for drawn; returns the lines that others stand on now.

        Of those who have moved, `unchanged` has the spans until `end_keeping`.
        """
        known = {uuid: spans for uuid, spans in before.people.items() if spans is not None}
        moved = []
        for y, uuid in enumerate(self.standing):
            if y >= len(before.standing) or before.standing[y] != uuid:
                moved.append(y)
            elif uuid == "":
                if y in before.headings:
                    self.headings[y] = before.headings[y]
            elif uuid is not None:
                if uuid in known:
                    self.people[uuid] = known[uuid]
                else:
                    moved.append(y)
        self._unchanged = known
        return moved

    def end_keeping(self) -> None:
        """All lines that were to be drawn are."""
        self._unchanged = {}

    def unchanged(self, uuid: str) -> tuple[Span, ...] | None:
        """The spans of a participant who has moved and is not different otherwise."""
        return self._unchanged.get(uuid)

    def draw_heading(self, y: int, line: Line, *, is_sent: bool) -> None:
        """Note the spans of a section's line, which are sent or only asked for."""
        if is_sent:
            self.headings[y] = line
        elif self.headings.get(y) != line:
            self.headings.pop(y, None)

    def draw_person(self, uuid: str, spans: tuple[Span, ...], *, is_sent: bool) -> None:
        """Note the spans of a participant, which are sent or only asked for."""
        if is_sent:
            self.people[uuid] = spans
        elif self.people.get(uuid) != spans:
            self.people[uuid] = None

    def among(self, uuids: Set[str]) -> Set[str]:
        """Those of `uuids` who are in view."""
        return uuids & self.people.keys()
