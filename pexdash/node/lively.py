"""A meeting that goes on by itself: people talk, write, come, wait, present, ask and leave."""

from __future__ import annotations

import itertools
import random
from collections.abc import Awaitable, Callable

from pexdash.node.chatter import make_line
from pexdash.node.dial_out import DialOut
from pexdash.node.lively_rooms import LivelyRooms
from pexdash.node.meeting import Meeting
from pexdash.node.participant import NodeParticipant
from pexdash.node.people import People
from pexdash.node.population import seat
from pexdash.node.ringing import RINGS_FOR, Ringing, call_out
from pexdash.node.speech import Speech

_FEWEST = 0.8
_FEWEST_LATE = 5
"""How many people there are at least, once a Host has come late and the others have followed."""
_MOST_WAITING = 4
_MOST_HANDS = 3
_PLACES = ("Oslo", "Sales", "Board", "Guest speaker", "Minutes", "Hall 2")
_ENDINGS = ("answered", "rejected", "answered", "forked", "unanswered")


class Lively:
    """The script of one conference; the same seed gives the same meeting.

    Each strand has a random generator of its own, so that none changes what another decides.
    """

    def __init__(self, conference: Meeting, people: People) -> None:
        self._conference = conference
        self._people = people
        self._usual = conference.settings.participants
        self._is_patient = conference.settings.habits.patient
        self._endings = itertools.cycle(_ENDINGS)
        rng = self._rng("opening")
        if self._usual:
            for _ in range(rng.randint(2, 3)):
                self._arrive_waiting(rng)
            self._present_someone(rng)

    def start(self) -> None:
        """Let the meeting begin; it ends with the conference's tasks."""
        habits = self._conference.settings.habits
        speech = Speech(
            self._conference,
            self._rng("speech"),
            self._rng("captions"),
            self._wait,
            every=habits.voices_every,
        )
        self._conference.tasks.start(speech.run())
        self._conference.tasks.start(self._chat(self._rng("chat")))
        # People come and wait whether or not anybody is there to let them in.
        self._start_strand("waiting", 35.0, 75.0, self._wait_outside)
        if habits.host_after is None:
            self._go_on()
        else:
            self._conference.tasks.start(self._begin_late(habits.host_after))

    async def _begin_late(self, after: float) -> None:
        """Let the Host come after so many seconds, and those who wait with them."""
        await self._wait(after)
        seat(self._conference, self._people.next_caller(), role="chair")
        self._usual = max(_FEWEST_LATE, len(self._people_in()))
        self._go_on()

    def _go_on(self) -> None:
        """Begin all that happens among those who are in."""
        self._start_strand("coming and going", 14.0, 26.0, self._come_or_go)
        self._start_strand("presenting", 45.0, 110.0, self._change_presenter)
        self._start_strand("pages", 6.0, 10.0, self._turn_page)
        self._start_strand("hands", 8.0, 22.0, self._raise_or_lower_hand)
        self._start_strand("names", 40.0, 90.0, self._change_name)
        self._start_strand("dialling", 50.0, 100.0, self._dial_someone)
        if self._conference.settings.habits.lets_in:
            self._start_strand("letting in", 10.0, 25.0, self._let_in)
        if self._conference.rooms:
            rooms = LivelyRooms(self._conference, self._wait)
            self._start_strand("help", 15.0, 40.0, rooms.ask_for_help)
            self._start_strand("rooms", 20.0, 50.0, rooms.change_rooms)

    def _rng(self, strand: str) -> random.Random:
        return random.Random(f"{self._conference.settings.seed} {strand}")

    async def _wait(self, seconds: float) -> None:
        await self._conference.clock.sleep(seconds / self._conference.settings.speed)

    def _start_strand(
        self,
        name: str,
        least: float,
        most: float,
        act: Callable[[random.Random], Awaitable[None]],
    ) -> None:
        """Have something happen again and again, so many seconds apart."""
        rng = self._rng(name)

        async def strand() -> None:
            # The first comes sooner, so that a meeting shows life soon after one joins.
            await self._wait(rng.uniform(least, most) / 2)
            while True:
                await act(rng)
                await self._wait(rng.uniform(least, most))

        self._conference.tasks.start(strand())

    async def _chat(self, rng: random.Random) -> None:
        await self._wait(rng.uniform(0.5, 1.4))
        while True:
            people = self._people_in()
            if people:
                sender, other = rng.choice(people), rng.choice(people)
                self._conference.say(sender.uuid, make_line(rng, other.display_name))
            await self._wait(rng.uniform(6.0, 15.0))

    async def _come_or_go(self, rng: random.Random) -> None:
        count = len(self._people_in())
        low, high = self._usual * 0.9, self._usual * 1.1
        comes = rng.random() < 0.5
        if count < low or (comes and count <= high):
            seat(self._conference, self._people.next_caller())
            return
        leaving = self._who_may_leave()
        if leaving and count - 1 >= self._usual * _FEWEST:
            self._conference.leave(rng.choice(leaving).uuid)

    async def _wait_outside(self, rng: random.Random) -> None:
        people = self._conference.participants.values()
        waiting = [one for one in people if one.waiting and one.protocol != "api"]
        if len(waiting) < _MOST_WAITING:
            self._arrive_waiting(rng)
        elif not self._is_patient:
            self._conference.leave(waiting[0].uuid)

    async def _let_in(self, _: random.Random) -> None:
        waiting = [one for one in self._conference.participants.values() if one.waiting]
        for one in waiting:
            if not self._conference.tokens.has(one.uuid):
                self._conference.admit(one.uuid)

    async def _change_presenter(self, rng: random.Random) -> None:
        presenter = self._conference.presenting.presenter
        stops = presenter is not None and not self._conference.tokens.has(presenter)
        if stops and rng.random() < 0.4:
            self._conference.stop_presenting()
        else:
            self._present_someone(rng)

    async def _turn_page(self, _: random.Random) -> None:
        if self._conference.presenting.presenter is not None:
            self._conference.turn_page()

    async def _raise_or_lower_hand(self, rng: random.Random) -> None:
        people = self._people_in()
        up = sorted((one for one in people if one.buzz_time), key=lambda one: one.buzz_time)
        if up and (len(up) == _MOST_HANDS or rng.random() < 0.4):
            self._conference.update(up[0].uuid, buzz_time=0)
        elif people:
            one = rng.choice(people)
            if not one.buzz_time:
                self._conference.update(one.uuid, buzz_time=self._conference.clock.wall())

    async def _change_name(self, rng: random.Random) -> None:
        """Somebody is called otherwise on the picture, or by their own name again."""
        people = self._people_in()
        if people:
            one = rng.choice(people)
            is_own = one.overlay_text == one.display_name
            place = rng.choice(_PLACES)
            self._conference.update(one.uuid, overlay_text=place if is_own else one.display_name)

    async def _dial_someone(self, rng: random.Random) -> None:
        person = self._people.next_caller()
        seconds, ends = rng.uniform(3.0, 12.0), next(self._endings)
        ringing = Ringing(
            (RINGS_FOR if ends == "unanswered" else seconds) / self._conference.settings.speed,
            is_answered=ends in ("answered", "forked"),
            branches=2 if ends == "forked" else 1,
        )
        dial_out = DialOut(person.uri.removeprefix("sip:"), remote_display_name=person.name)
        call_out(self._conference, dial_out, ringing)

    def _arrive_waiting(self, rng: random.Random) -> None:
        start = self._conference.clock.wall() - rng.uniform(1.0, 20.0)
        seat(self._conference, self._people.next_caller(), waiting=True, start_time=start)

    def _present_someone(self, rng: random.Random) -> None:
        may = self._conference.in_force.may_present
        people = [one for one in self._people_in() if may(one.role)]
        able = [one for one in people if one.presentation_supported == "YES"]
        if able:
            self._conference.present(rng.choice(able).uuid)

    def _people_in(self) -> list[NodeParticipant]:
        """Those whom the script moves: clients that hold a token are real people."""
        real = self._conference.tokens.has
        people = self._conference.participants.values()
        return [one for one in people if one.seated and not real(one.uuid)]

    def _who_may_leave(self) -> list[NodeParticipant]:
        return [
            one
            for one in self._people_in()
            if one.role != "chair" and one.is_presenting != "YES" and not one.spotlight
        ]
