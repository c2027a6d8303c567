"""`pexdash config nats`, `units` and `compose`: the files by which a fleet is run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pexdash.bus.settings import BusFile
from pexdash.cli.bus_options import USER, bus_from
from pexdash.cli.fleet_files import UNIT_FOLDER, compose_file, unit_files
from pexdash.cli.options import listening_at
from pexdash.errors import UsageFault
from pexdash.settings import Settings
from pexdash.text import clean

if TYPE_CHECKING:
    from pexdash.bus.rights import Role, User
    from pexdash.model.alarms.keys import ConferenceKey

_LOCAL = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--collector", "collectors", metavar="NAME", multiple=True, help="A collector.")
@click.option("--viewer", "viewers", metavar="NAME", multiple=True, help="Who only looks: a wall.")
@click.option("--operator", "operators", metavar="NAME", multiple=True, help="Who may do all.")
@click.option(
    "--host",
    "hosts",
    metavar="NAME=ALIAS",
    multiple=True,
    help="Who may do all in one conference; once for each conference.",
)
@click.option(
    "--clusters",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The wall's file, which says the clusters of the conferences of --host.",
)
@click.option(
    "--keys",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Have users known by NKeys: FOLDER/NAME.nk, made where there is none.",
)
@click.option(
    "--bus-listen",
    metavar="HOST:PORT",
    default="127.0.0.1:4222",
    show_default=True,
    help="Where the server listens.",
)
@click.option(
    "--bus-store",
    metavar="FOLDER",
    default="/var/lib/nats",
    show_default=True,
    help="Where it keeps its files.",
)
@click.option("--bus-cert", metavar="FILE", default="", help="The server's certificate, for TLS.")
@click.option("--bus-key", metavar="FILE", default="", help="The key of that certificate.")
@click.option(
    "--bus-client-ca",
    metavar="FILE",
    default="",
    help="Who vouches for users' certificates, which are then wanted.",
)
@click.option(
    "--bus-peer",
    "peers",
    metavar="NAME=HOST:PORT",
    multiple=True,
    help="A server of a cluster, and where the others reach it; this one too, 3 or 5 in all.",
)
@click.option("--bus-name", metavar="NAME", default="", help="Which of --bus-peer this server is.")
@click.option(
    "--bus-peer-ca", metavar="FILE", default="", help="Who vouches for the certificates of peers."
)
def nats(
    collectors: tuple[str, ...],
    viewers: tuple[str, ...],
    operators: tuple[str, ...],
    hosts: tuple[str, ...],
    clusters: Path | None,
    keys: Path | None,
    bus_listen: str,
    bus_store: str,
    bus_cert: str,
    bus_key: str,
    bus_client_ca: str,
    peers: tuple[str, ...],
    bus_name: str,
    bus_peer_ca: str,
) -> None:
    """Print the configuration of a NATS server with everybody's rights.

    Users are known by NKeys (--keys), whose files they get, or by client certificates
    (--bus-client-ca) that bear their name as a DNS name or e-mail address. There are no passwords.
    A viewer sees how conferences stand, a host all of some and acts there, an operator all of all.
    Only collectors can read tokens.
    """
    from pexdash.bus.server_config import ServerPlan, server_config

    host, _ = listening_at(bus_listen, "--bus-listen")
    if bool(bus_cert) != bool(bus_key):
        raise UsageFault("--bus-cert and --bus-key go together")
    if not bus_cert and host not in _LOCAL:
        raise UsageFault(
            "a server for other machines wants TLS, as tokens and names go over the network: "
            "give --bus-cert and --bus-key"
        )
    if keys is None and not (bus_cert and bus_client_ca):
        raise UsageFault("give --keys FOLDER, or --bus-client-ca with --bus-cert")
    users = tuple(_users(collectors, viewers, operators, _conferences(hosts, clusters)))
    cluster = _peers(peers, bus_name, has_tls=bool(bus_cert and bus_peer_ca))
    plan = ServerPlan(
        users,
        _keys(keys, users),
        bus_listen,
        bus_store,
        bus_cert,
        bus_key,
        bus_client_ca,
        bus_name or "pexdash",
        cluster,
        bus_peer_ca,
    )
    click.echo(server_config(plan), nl=False)


def _users(
    collectors: tuple[str, ...],
    viewers: tuple[str, ...],
    operators: tuple[str, ...],
    hosts: dict[str, list[ConferenceKey]],
) -> Iterator[User]:
    """Everybody, each with one role; raises UsageFault where one has two, or no name of a user."""
    from pexdash.bus.rights import User

    named: list[tuple[str, Role]] = [(name, "collector") for name in collectors]
    named += [(name, "operator") for name in operators]
    named += [(name, "viewer") for name in viewers]
    named += [(name, "host") for name in hosts]
    if not collectors:
        raise UsageFault("a fleet has a collector at least: give --collector NAME")
    seen = set()
    for name, role in named:
        if not USER.fullmatch(name):
            raise UsageFault(f"a user has letters, digits, - and _, not {clean(name, 64)!r}")
        if name in seen:
            raise UsageFault(f"{name} is there twice: everybody has one role")
        seen.add(name)
        yield User(name, role, tuple(hosts.get(name, ())) if role == "host" else ())


def _peers(peers: tuple[str, ...], own: str, *, has_tls: bool) -> dict[str, str]:
    """Where each server of a cluster listens for the others; raises UsageFault."""
    found: dict[str, str] = {}
    for one in peers:
        name, equals, at = one.partition("=")
        if not equals or not USER.fullmatch(name):
            raise UsageFault(f"--bus-peer wants NAME=HOST:PORT, not {clean(one)}")
        host, _ = listening_at(at, "--bus-peer")
        if not has_tls and host not in _LOCAL:
            raise UsageFault(
                "servers on other machines want TLS among each other, or anybody could say to be "
                "one of them: give --bus-peer-ca, --bus-cert and --bus-key"
            )
        found[name] = at
    if found and len(found) not in (3, 5):
        raise UsageFault("a cluster has 3 or 5 servers: give --bus-peer for each, this one too")
    if found and own not in found:
        raise UsageFault("give --bus-name, the one of --bus-peer that this server is")
    if own and not found:
        raise UsageFault("--bus-name is for servers of a cluster: give --bus-peer for each")
    return found


def _conferences(hosts: tuple[str, ...], clusters: Path | None) -> dict[str, list[ConferenceKey]]:
    """The conferences of each host; raises UsageFault for one that the file does not have."""
    from pexdash.api.address import check_alias
    from pexdash.model.alarms.keys import ConferenceKey
    from pexdash.session.estate.wall_file import read_wall_file

    known = [one.key for one in read_wall_file(clusters).wanted] if clusters is not None else []
    found: dict[str, list[ConferenceKey]] = {}
    for one in hosts:
        name, equals, alias = one.partition("=")
        if not equals:
            raise UsageFault(f"--host wants NAME=ALIAS, not {clean(one)}")
        alias = check_alias(alias).lower()
        keys = [key for key in known if key.alias == alias]
        if clusters is not None and not keys:
            raise UsageFault(f"{clean(alias)} is not in {clean(str(clusters))}")
        found.setdefault(name, []).extend(keys or [ConferenceKey("", alias)])
    return found


def _keys(folder: Path | None, users: tuple[User, ...]) -> dict[str, str]:
    if folder is None:
        return {}
    from pexdash.bus.user_keys import public_key

    return {user.name: public_key(folder / f"{user.name}.nk") for user in users}


_FILE = click.option(
    "--fleet",
    metavar="FILE",
    default="/etc/pexdash/wall.toml",
    show_default=True,
    help="The file of the wall and the collectors.",
)


_BUS = click.option("--bus", metavar="URL", help="The bus; else that of this machine.")


@click.command()
@_FILE
@_BUS
def units(fleet: str, bus: str | None) -> None:
    """Print units of systemd for a NATS server, collectors and a wall, each under its file's name.

    Two collectors of a machine: `systemctl enable --now pexdash-collect@1 pexdash-collect@2`.
    """
    program = shutil.which("pexdash") or "/usr/local/bin/pexdash"
    server = shutil.which("nats-server") or "/usr/local/bin/nats-server"
    url = _url(bus or "nats://127.0.0.1")
    for name, text in unit_files(program, server, fleet, url).items():
        click.echo(f"# {UNIT_FOLDER}/{name}\n{text}")


@click.command()
@_FILE
@_BUS
def compose(fleet: str, bus: str | None) -> None:
    """Print a compose file for containers: a NATS server, two collectors and a wall.

    The wall is started where somebody looks at it: `docker compose run --rm wall`.
    """
    click.echo(compose_file(fleet, _url(bus or "tls://bus")), nl=False)


def _url(url: str) -> str:
    """A bus as it was given; raises UsageFault for what is none."""
    bus_from(url, BusFile(user="wall"), Settings())
    return url
