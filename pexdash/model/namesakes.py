"""Who would look like whom in a list of names, and what tells them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pexdash.model.participant import Participant

_SEEN_LETTERS = 24
"""How many letters of a name a list surely shows; of a script of wide letters, half as many."""
_LEAST_DIGITS = 4


class Namesakes:
    """Groups participants whose names read the same where a list cuts them."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._groups: dict[str, str | set[str]] = {}
        """Who has a name: the uuid of one alone, as most are, or those of several."""

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
                touched |= self._take_out(uuid, old)
            if key is None:
                del self._keys[uuid]
            else:
                self._keys[uuid] = key
                touched |= self._put_in(uuid, key)
        return touched

    def _take_out(self, uuid: str, key: str) -> set[str]:
        group = self._groups[key]
        if isinstance(group, str):
            del self._groups[key]
            return set()
        group.discard(uuid)
        left = group.copy()
        if len(group) == 1:
            self._groups[key] = group.pop()
        return left

    def _put_in(self, uuid: str, key: str) -> set[str]:
        group = self._groups.setdefault(key, uuid)
        if group is uuid:
            return set()
        if isinstance(group, str):
            group = self._groups[key] = {group}
        group.add(uuid)
        return group

    def has(self, uuid: str) -> bool:
        """Whether somebody else's name reads the same."""
        return bool(self._namesakes(uuid))

    def _namesakes(self, uuid: str) -> set[str]:
        """Everybody with the name of `uuid`; nobody where it is theirs alone."""
        group = self._groups.get(self._keys.get(uuid, ""), "")
        return group if isinstance(group, set) else set()

    def sign(self, uuid: str, people: Mapping[str, Participant]) -> str:
        """What tells a participant from the others of that name beside the address, or "".

        Without an address of their own: how they called, and as many of the last digits of the
        uuid as it takes, four or more.
        """
        one, group = people.get(uuid), self._namesakes(uuid)
        if one is None or not group:
            return ""
        # Somebody may have left since the last update.
        known = (people.get(other) for other in group - {uuid})
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
