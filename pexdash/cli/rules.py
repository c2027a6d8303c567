"""`pexdash rules`: looks for mistakes in a file of rules, and tries it on a recording."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pexdash.session.rules.against import WouldHave
    from pexdash.session.rules.rule import Rule


@click.group()
def rules() -> None:
    """Check the rules that `pexdash join --rules` and `pexdash wall --rules` follow."""


@rules.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--against",
    "recordings",
    metavar="RECORDING",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Print what the rules would have done in this recording of --record; repeatable.",
)
def check(file: Path, recordings: tuple[Path, ...]) -> int:
    """Print every mistake in FILE, or each rule in it and what it does.

    With --against, also what all of them, armed, would have done in a recorded meeting. The meeting
    goes on as it was: whoever would have been let in still waits. Nothing is sent.
    """
    from pexdash.session.rules.rules_file import read_rules

    read = read_rules(file)
    if not recordings:
        for rule in read:
            click.echo(told_rule(rule))
        return 0
    _try(read, recordings)
    return 0


def _try(read: Sequence[Rule], recordings: Sequence[Path]) -> None:
    from pexdash.session.feed.recording_files import sources_of
    from pexdash.session.rules.against import would_have

    for source in sources_of(recordings):
        click.echo(f"{source.alias}:")
        acts: dict[str, int] = {}
        for act in would_have(read, [part.path for part in source.parts], source.alias):
            click.echo(told_act(act))
            acts[act.rule.name] = acts.get(act.rule.name, 0) + (act.what == act.rule.step.title)
        for rule in read:
            times = acts.get(rule.name, 0)
            click.echo(f"  {rule.name}: {times} {'time' if times == 1 else 'times'}")


def told_rule(rule: Rule) -> str:
    """A rule as one line."""
    when = f"alarm:{rule.alarm}" if rule.alarm else rule.when.value
    words = [f"{rule.name}: {rule.step.title}", f"when {when}"]
    if rule.every:
        words.append(f"every {rule.every:.0f} s")
    if rule.who is not None:
        words.append(f"who {rule.who.words}")
    if rule.wait:
        words.append(f"for {rule.wait:.0f} s")
    words.append(f"at most {rule.limit.count} in {rule.limit.seconds:.0f} s")
    if rule.only_suggests:
        words.append("only suggests: to admit, who needs is:verified or address:")
    return ", ".join(words)


def told_act(act: WouldHave) -> str:
    """What a rule would have done, as one line with the reader's local time."""
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(act.time))
    address = f" {act.address}" if act.address else ""
    whom = f" {act.name}{address} ({act.uuid[:8]})" if act.uuid else ""
    verb = "would have suggested: " if act.suggests else ""
    return f"{at}  {act.rule.name}: {verb}{act.what}{whom}"
