"""What a wall is to show: its conferences, and how each is joined and judged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from pexdash.api.address import NodeAddress
from pexdash.bus.settings import BusFile
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import Policy, Profile, RuleSettings, policy_of


class Cluster(Struct, frozen=True):
    """Where conferences are; "" is the name of the only one of a list without clusters.

    None for the node that is looked up by the alias's domain, and for files that are not given.
    """

    name: str = ""
    node: NodeAddress | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None


class Wanted(Struct, frozen=True):
    """A conference to show: its label or "", and what it is judged by.

    At most one of `pin_file` and `pin_command` gives its PIN; without either it has none. One that
    `is_bare` is known by its alias alone, and joined by the PIN that is given for all of these.
    """

    alias: str
    cluster: Cluster = Cluster()
    label: str = ""
    pin_file: Path | None = None
    pin_command: tuple[str, ...] = ()
    profile: str = "noc"
    expects: Expectations = Expectations()
    alarms: Mapping[str, RuleSettings] = {}
    is_bare: bool = False

    @property
    def key(self) -> ConferenceKey:
        """What it is known by."""
        return ConferenceKey(self.cluster.name, self.alias.lower())


class Rules(Struct, frozen=True):
    """What a file says of alarms and profiles for all conferences."""

    alarms: Mapping[str, RuleSettings] = {}
    profiles: Mapping[str, Profile] = {}


class Plan(Struct, frozen=True):
    """The whole of a wall: its title, our name in each conference, "" where the file has none.

    `layers` are what is said of all alarms, the nearest first. `bus` is for whatever goes there.
    """

    title: str = ""
    name: str = ""
    wanted: tuple[Wanted, ...] = ()
    layers: tuple[Mapping[str, RuleSettings], ...] = ()
    profiles: Mapping[str, Profile] = {}
    bus: BusFile = BusFile()

    def policy(self, one: Wanted) -> Policy:
        """The rules for one of its conferences."""
        return policy_of(
            one.profile, one.expects, self.layers, own=one.alarms, profiles=self.profiles
        )
