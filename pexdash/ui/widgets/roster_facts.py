"""What the rows and headings of the roster show, from the feed, the roster and our membership."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from pexdash.model.airtime import shares
from pexdash.model.changes import Changes
from pexdash.model.ordinary import SectionTally
from pexdash.model.roster import Roster
from pexdash.model.sections import Row, Section, longest_wait, section_of
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.part import OurPart
from pexdash.ui.drawing.columns import VOICE
from pexdash.ui.drawing.row_facts import RowFacts
from pexdash.ui.drawing.section_line import OutOfSight, SectionFacts, SectionKey

_LOUDEST = 100.0


class RosterFacts:
    """Gathers what the roster shows of a person or a section; `take` says what is different.

    While the line is not live, time stands still and nobody is shown as speaking.
    """

    def __init__(self, feed: Feed, membership: OurPart | None, roster: Roster) -> None:
        self._feed = feed
        self._membership = membership
        self._roster = roster
        self._voices: dict[str, int] = {}
        self._shares: dict[str, float] = {}
        self._spotlights: dict[str, int] = {}
        self._muted_rules: set[Section] = set()
        self._unverified_rule = False
        self._looked_at = feed.clock.wall()
        self.is_stale = False

    # What changed

    def take(self, changes: Changes, *, meters: bool) -> set[str]:
        """Take `changes`; returns whose row may be different for more than their own change.

        `meters` is whether the roster shows how loud somebody is.
        """
        self.is_stale = not self._feed.link.is_live
        return self._take_voices(meters=meters) | self._take_spotlights(changes)

    def _take_voices(self, *, meters: bool) -> set[str]:
        old, loudest = self._voices, VOICE if meters else 1
        self._voices = {
            one.uuid: min(loudest, ceil(one.vad / _LOUDEST * loudest))
            for one in self._feed.conference.speakers
            if one.vad > 0 and not self.is_stale
        }
        new = self._voices
        return {uuid for uuid in old.keys() | new.keys() if old.get(uuid) != new.get(uuid)}

    def _take_spotlights(self, changes: Changes) -> set[str]:
        """Number the spotlights anew where one changed; return whose number changed."""
        if not changes.spotlit:
            return set()
        people = self._feed.conference.participants
        spotlit = sorted(
            (one.spotlight, one.uuid) for one in people.values() if one.spotlight is not None
        )
        old = self._spotlights
        new = self._spotlights = {uuid: at for at, (_, uuid) in enumerate(spotlit, start=1)}
        return {uuid for uuid in old.keys() | new.keys() if old.get(uuid) != new.get(uuid)}

    def later(self, uuids: Iterable[str]) -> set[str]:
        """Those of `uuids` whose time reads differently from that of the last call."""
        before, self._looked_at = self._looked_at, self._feed.clock.wall()
        return {uuid for uuid in uuids if self._reads_differently(uuid, before)}

    def _reads_differently(self, uuid: str, before: float) -> bool:
        one = self._roster.participant(uuid)
        if one is None:
            return False
        if one.has_hand_up or not one.is_in:
            return True
        # Times of those who are in are whole minutes.
        began = one.start_time
        return began is not None and (before - began) // 60 != (self._looked_at - began) // 60

    @property
    def knows_talk(self) -> bool:
        """Whether any talk has been counted."""
        return bool(self._shares)

    def count_talk(self) -> None:
        """Count anew how all talk of late is shared."""
        self._shares = shares(self._feed.airtime.recent(self._feed.clock.monotonic()))

    def rules_changed(self) -> bool:
        """Whether something else has become ordinary since the last call."""
        old = self._muted_rules, self._unverified_rule
        tallies = {section: self._roster.ordinary.tally(section) for section in Section}
        inside = [tally for section, tally in tallies.items() if section is not Section.WAITING]
        self._unverified_rule = 2 * sum(one.unverified for one in inside) > sum(
            one.people for one in inside
        )
        guests_muted = bool(self._feed.conference.status.guests_muted)
        self._muted_rules = {
            section
            for section in (Section.HOSTS, Section.GUESTS)
            if tallies[section].are_mostly_muted or (guests_muted and section is Section.GUESTS)
        }
        return old != (self._muted_rules, self._unverified_rule)

    # What is shown

    @property
    def _as_of(self) -> float:
        """The Unix time for which all that is shown holds."""
        age = self._feed.link.age if self.is_stale else None
        return self._feed.clock.wall() - (age or 0.0)

    def row(self, uuid: str) -> RowFacts | None:
        """What the row of a participant shows; None for one nobody knows."""
        roster, conference = self._roster, self._feed.conference
        one = roster.participant(uuid)
        if one is None:
            return None
        section = section_of(one)
        is_ours = self._membership is None or self._membership.is_own
        who = "you" if is_ours else "collector"
        you = who if uuid == conference.me else ""
        if uuid in conference.earlier_me:
            you = f"{who}, earlier"
        told_apart = roster.namesakes.has(uuid)
        return RowFacts(
            participant=one,
            section=section,
            now=self._as_of,
            voice=self._voices.get(uuid, 0),
            share=self._shares.get(uuid, 0.0),
            spotlight_place=self._spotlights.get(uuid, 0),
            you=you,
            departed=one is roster.departed,
            cursor=uuid == roster.cursor,
            marked=uuid in roster.marks,
            asked=self._membership.moderation.asked(uuid) if self._membership else (),
            first_seen=conference.first_seen.get(uuid),
            told_apart=told_apart,
            sign=roster.namesakes.sign(uuid, conference.participants) if told_apart else "",
            muted_ordinary=section in self._muted_rules,
            unverified_ordinary=self._unverified_rule and section is not Section.WAITING,
            is_stale=self.is_stale,
        )

    def section(self, row: Row, keys: Sequence[SectionKey], unseen: OutOfSight) -> SectionFacts:
        """What the heading of a section shows."""
        section, now = row.section, self._as_of
        calls = section in (Section.WAITING, Section.HANDS)
        return SectionFacts(
            row=row,
            keys=keys,
            longest=longest_wait(section, self._feed.conference, now),
            tally=SectionTally() if calls else self._roster.ordinary.tally(section),
            muted_ordinary=section in self._muted_rules,
            unseen=unseen,
            as_of=now if self.is_stale else None,
        )
