"""What `pexdash doctor --bus` finds: the server, what is stored there, our rights, who collects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING

from pexdash import __version__
from pexdash.cli.bus_options import bus_from
from pexdash.cli.finding import Finding, note, ok, wrong
from pexdash.clock import Clock
from pexdash.errors import BusFault, BusRefused, NobodyHolds, OutcomeUnknown, UsageFault
from pexdash.settings import Settings
from pexdash.text import clean

if TYPE_CHECKING:
    from pexdash.bus.bus import Bus

_NOBODY = "99999"  # a shard that there is not: nobody answers for it


async def bus_findings(url: str, settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """What is found of a bus, one thing after the other."""
    try:
        taken = bus_from(url, None, settings)
        from pexdash.bus.bus import open_bus
    except (UsageFault, BusFault) as fault:
        yield wrong("bus", "cannot be used", str(fault))
        return
    try:
        async with open_bus(taken.settings, "pexdash doctor") as bus:
            yield ok("bus", bus.settings.shown, f"NATS {bus.version}")
            yield _protection(bus)
            async for finding in _stored(bus):
                yield finding
            yield await _rights(bus)
            async for finding in _collectors(bus, clock):
                yield finding
    except BusFault as fault:
        yield wrong("bus", "cannot be asked", str(fault))


def _protection(bus: Bus) -> Finding:
    if bus.is_encrypted:
        return ok("its line", "TLS")
    return note("its line", "no TLS", "whoever is between can read it, tokens too if unsealed")


async def _stored(bus: Bus) -> AsyncIterator[Finding]:
    from pexdash.bus.subjects import COL, LOG, META, STATE

    missing = []
    for stream in (STATE, LOG, META, COL):
        try:
            await bus.made_at(stream)
        except BusRefused as fault:
            yield wrong("streams", f"{stream} cannot be asked", str(fault))
            return
        except BusFault as fault:
            if "JetStream" in str(fault):
                yield wrong("streams", "none", "the server needs JetStream: see config nats")
                return
            missing.append(stream)
    if missing:
        yield note("streams", f"no {', '.join(missing)}", "the first collector makes them")
    else:
        yield ok("streams", "all four")


async def _rights(bus: Bus) -> Finding:
    """Which role our rights are those of, found out by what the server refuses."""
    from pexdash.bus.subjects import LOG, STATE

    user = bus.settings.user
    named = clean(user) if user else "no user"
    may_act = not await _refuses(
        bus.ask(f"pdx.act.{user or 'x'}.{_NOBODY}.A.conference.watch", b"", 2.0)
    )
    may_read = {
        what: not await _refuses(bus.get(stream, subject))
        for what, stream, subject in (
            ("summaries", STATE, "pdx.0.su.A"),
            ("people", STATE, "pdx.0.st.A.A"),
            ("log", LOG, "pdx.0.ev"),
            ("tokens", STATE, "pdx.0.tok.A"),
        )
    }
    if may_read["tokens"] and may_act and not user:
        return note("rights", "all, without a user", "everybody who connects may do everything")
    if may_read["tokens"]:
        return ok("rights", f"{named}: a collector's", "it reads tokens")
    if may_read["people"] and may_read["log"] and may_act:
        return ok("rights", f"{named}: an operator's", "sees and does all")
    if may_read["summaries"]:
        return ok("rights", f"{named}: a viewer's", "and of a host's conferences, if it is one")
    return wrong("rights", f"{named}: none of a role's", "see config nats")


async def _refuses(call: Awaitable[object]) -> bool:
    try:
        await call
    except BusRefused:
        return True
    except (NobodyHolds, OutcomeUnknown):
        return False
    except BusFault:
        return False  # no stream yet, and no refusal
    return False


async def _collectors(bus: Bus, clock: Clock) -> AsyncIterator[Finding]:
    from pexdash.bus.messages import Heartbeat, unpacked
    from pexdash.bus.subjects import COL, collector

    try:
        heard = await bus.listed(COL, collector())
    except BusFault as fault:
        yield note("collectors", "not known", str(fault))
        return
    if not heard:
        yield wrong("collectors", "none", "nobody joins anything: start pexdash collect")
    for kept in heard:
        name = clean(kept.subject.rpartition(".")[2])
        try:
            told = unpacked(Heartbeat, kept.payload)
        except BusFault:
            yield note(f"collector {name}", "cannot be read", "it is of a version that differs")
            continue
        said = f"{told.held} shards, {clock.wall() - told.at:.1f} s ago by both clocks"
        if told.version != __version__:
            yield note(f"collector {name}", said, f"it is {clean(told.version)}, we {__version__}")
        else:
            yield ok(f"collector {name}", said)
