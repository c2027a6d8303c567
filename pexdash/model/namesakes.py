"""Who would look like whom in a list of names, and what tells them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pexdash.model.participant import Participant

_SEEN_LETTERS = 24
"""How many letters of a name a list surely shows; of a script of wide letters, half as many."""
_LEAST_DIGITS = 4


class Namesakes:
    """Groups participants whose names read the same where a list cuts them."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)

    def update(self, changed: Iterable[str], people: Mapping[str, Participant]) -> set[str]:
        """Take the names that the `changed` uuids have now; those not in `people` have none.

        Returns everybody who may be told apart from others than before.
        """
        touched: set[str] = set()
        for uuid in changed:
            one = people.get(uuid)
            key = None if one is None else _as_read(one.name)
            old = self._keys.get(uuid)
            if key == old:
                continue
            if old is not None:
                group = self._groups[old]
                group.discard(uuid)
                touched |= group
                if not group:
                    del self._groups[old]
            if key is None:
                del self._keys[uuid]
            else:
                self._keys[uuid] = key
                group = self._groups[key]
                group.add(uuid)
                if len(group) > 1:
                    touched |= group
        return touched

    def has(self, uuid: str) -> bool:
        """Whether somebody else's name reads the same."""
        key = self._keys.get(uuid)
        return key is not None and len(self._groups[key]) > 1

    def sign(self, uuid: str, people: Mapping[str, Participant]) -> str:
        """What tells a participant from the others of that name beside the address, or "".

        Without an address of their own: how they called, and as many of the last digits of the
        uuid as it takes, four or more.
        """
        one = people.get(uuid)
        if one is None or not self.has(uuid):
            return ""
        # Somebody may have left since the last update.
        known = (people.get(other) for other in self._groups[self._keys[uuid]] - {uuid})
        others = [other for other in known if other is not None]
        alike = [other.uuid for other in others if other.uri == one.uri]
        if one.uri and not alike:
            return ""
        digits = _LEAST_DIGITS
        while digits < len(uuid) and any(other.endswith(uuid[-digits:]) for other in alike):
            digits += _LEAST_DIGITS
        return f"{one.protocol} {uuid[-digits:]}".strip()


def _as_read(name: str) -> str:
    """What of a name tells people apart; upper and lower case do not."""
    letters = _SEEN_LETTERS if name.isascii() else _SEEN_LETTERS // 2
    return name[:letters].casefold()
