"""Names in the place of people's own, for who may count them and not know them."""

from __future__ import annotations

from pexdash.plain.report.tables import Row, Value

_NAMED = ("person_key", "display_name")
_TELLING = (
    *("other_names", "address", "domain", "participant_uuid", "vendor"),
    *("subject", "by", "comment", "text", "operator", "as_name", "reason", "fields", "result"),
)
"""Columns in which people are named or can be recognised by what they wrote."""


class Pseudonyms:
    """Calls each person `Person 1`, `Person 2` and so on, in the order in which rows need them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name_of(self, key: str) -> str:
        """What the person of that key is called, "" for nobody known."""
        return self._names.setdefault(key, f"Person {len(self._names) + 1}") if key else ""

    def row(self, row: Row, key: str) -> dict[str, Value]:
        """A row of the person of that key, "" where it is about nobody known, without names."""
        name = self.name_of(key)
        hidden: dict[str, Value] = {}
        for column, value in row.items():
            if column in _NAMED:
                hidden[column] = name
            elif column == "alarm_id":
                hidden[column] = row["rule"]
            elif column == "targets":
                target = {"uuid": "", "name": name, "address": ""}
                hidden[column] = [target] if value else []
            else:
                hidden[column] = None if column in _TELLING else value
        return hidden
