"""The limit of the screen draws what we draw."""

from __future__ import annotations

import time
from collections.abc import Iterable

from pexdash.model.alarms.policy import Policy, RuleSettings, policy_of
from pexdash.session.feed.told import Heard
from pexdash.ui.app import DashboardApp
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.widgets.happened import HappenedPane
from pexdash.ui.widgets.roster import RosterView
from pexdash.ui.widgets.stage import StagePane
from tests.bench import stream
from tests.bench.feeding import feeding
from tests.bench.limits.panes import HAPPENED, STAGE
from tests.bench.limits.rows import WIDTH
from tests.bench.limits.screen import Screen
from tests.bench.ours.client import membership_on
from tests.bench.ours.dashboard import spoken, updates
from tests.bench.scenario import Scenario
from tests.bench.terminals import SIZE
from tests.eventually import eventually
from tests.ui.dashboard import lines_of


def cells_of_line(runs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each cell with its looks; of a blank only the ground can be seen."""
    return [
        (one, look.strip() if one != " " else "cursor" * ("cursor" in look))
        for text, look in runs
        for one in text
    ]


def rules() -> Policy:
    """Those of a host, but for the clock of the feeder, which lives years ago: it is told once."""
    return policy_of("host", own={"clock-skew": RuleSettings(enabled=False)})


async def test_the_limit_of_the_screen_has_our_cells() -> None:
    roster = stream.people(60)
    scenario, screen = Scenario(roster, lively=True), Screen(roster, SIZE[1])
    of_stage = STAGE[2:]
    async with feeding("--participants", "60") as feeder:
        membership = membership_on(feeder.url)
        feed = membership.feed
        # What somebody has talked stands in the row after a second, which a busy machine may take.
        feed.keep_little()
        app = DashboardApp(feed, membership, keys=keys_with({}), alarm_rules=rules)
        async with app.run_test(size=SIZE) as pilot:
            await eventually(lambda: feed.conference.synced_at is not None)
            await eventually(lambda: any("▸   A marker" in line for line in lines_of(app)))
            people = feed.conference.participants.values()
            for tick, events in zip(scenario.ticks[:35], updates(scenario, people), strict=False):
                feed.tell(Heard(events))
                screen.change(tick)
            # Bars that rise from silence do not fall.
            feed.tell(Heard([spoken(scenario, [0] * len(scenario.speakers))]))
            pane = app.screen.query_one(StagePane)
            await eventually(lambda: "█" not in f"{pane.lines(*of_stage)}")
            feed.tell(Heard([spoken(scenario, scenario.voices[0])]))
            screen.hear(scenario.voices[0])
            hands = f" HANDS {len(feed.conference.hands())} "
            await eventually(lambda: any(hands in line for line in lines_of(app)))
            await pilot.pause()
            view = app.screen.query_one(RosterView)
            rows = [view.spans(y, WIDTH) for y in range(view.size.height)]
            stage = pane.lines(*of_stage)[:-1]
            happened = app.screen.query_one(HappenedPane).lines(*HAPPENED[2:])[1:-1]
        await membership.close()
    pairs = zip(
        [*rows, *stage, *happened],
        [
            *screen.roster_lines(time.time()),
            *screen.stage.lines(time.monotonic()),
            *screen.happened.lines(),
        ],
        strict=True,
    )
    for number, (ours, theirs) in enumerate(pairs):
        # What happened, and when: a minute may have passed.
        begin = 9 if number >= len(rows) + len(stage) else 0
        assert cells_of_line(theirs)[begin:] == cells_of_line(ours)[begin:], number
