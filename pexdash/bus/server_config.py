"""The configuration of a NATS server for a fleet, with everybody's rights."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from pexdash.bus.rights import ROLES, User, may_publish, may_subscribe
from pexdash.bus.streams import LOG_BYTES

_FILE_BYTES = 2 * LOG_BYTES  # the log at its largest, and how everybody stands
_MEMORY_BYTES = 256 * 1024**2  # the heartbeats, and what consumers remember
_PAYLOAD_BYTES = 4 * 1024**2  # the largest answer is a picture


class ServerPlan(Struct, frozen=True):
    """Where the server listens and keeps its files, and the files of its TLS, "" for none.

    `keys` are the public NKeys of users by name; a user without one is known by a certificate that
    `ca_file` vouches for. `peers` are the servers of its cluster, itself among them by `name`, and
    where each listens for the others; `peer_ca_file` vouches for their certificates.
    """

    users: tuple[User, ...]
    keys: Mapping[str, str] = {}
    listen: str = "127.0.0.1:4222"
    store: str = "/var/lib/nats"
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""
    name: str = "pexdash"
    peers: Mapping[str, str] = {}
    peer_ca_file: str = ""


def server_config(plan: ServerPlan) -> str:
    """The text of a configuration file, with comments."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: ServerPlan) -> Iterator[str]:
    yield "# A NATS server, 2.11 or newer, for pexdash. Try it: nats-server -t -c FILE"
    yield f"listen: {_text(plan.listen)}"
    yield f"server_name: {_text(plan.name)}"
    yield f"max_payload: {_PAYLOAD_BYTES}"
    yield "max_connections: 2000"
    yield "max_pending: 64MB  # a reader that is further behind is cut off, and lists again"
    yield 'write_deadline: "10s"'
    yield ""
    yield "jetstream {"
    yield f"  store_dir: {_text(plan.store)}"
    yield f"  max_file_store: {_FILE_BYTES}"
    yield f"  max_memory_store: {_MEMORY_BYTES}"
    yield "  sync_interval: always  # what is acknowledged is on the disk"
    yield "}"
    yield ""
    if plan.peers:
        yield from _cluster(plan)
    if plan.cert_file:
        yield "tls {"
        yield f"  cert_file: {_text(plan.cert_file)}"
        yield f"  key_file: {_text(plan.key_file)}"
        if plan.ca_file:
            yield f"  ca_file: {_text(plan.ca_file)}"
            if plan.keys:
                yield "  verify: true"
            else:
                yield "  # A certificate names its user as a DNS name or e-mail address of it."
                yield "  verify_and_map: true"
        yield "}"
        yield ""
    yield from _authorization(plan)


def _cluster(plan: ServerPlan) -> Iterator[str]:
    others = [_text(f"nats://{at}") for name, at in plan.peers.items() if name != plan.name]
    yield f"# In [bus] of the collectors' file: replicas = {len(plan.peers)}"
    yield "cluster {"
    yield "  name: pexdash"
    yield f"  listen: {_text(plan.peers[plan.name])}"
    yield f"  routes: [{', '.join(others)}]"
    if plan.peer_ca_file:
        yield "  tls {"
        yield f"    cert_file: {_text(plan.cert_file)}"
        yield f"    key_file: {_text(plan.key_file)}"
        yield f"    ca_file: {_text(plan.peer_ca_file)}"
        yield "    verify: true"
        yield "  }"
    yield "}"
    yield ""


def _authorization(plan: ServerPlan) -> Iterator[str]:
    yield "authorization {"
    yield "  users: ["
    for user in plan.users:
        yield f"    # {user.name}, {user.role}: {ROLES[user.role]}"
        yield f"    # In [bus] of its file: user = {_text(user.name)}"
        yield "    {"
        if user.name in plan.keys:
            yield f"      nkey: {_text(plan.keys[user.name])}"
        else:
            yield f"      user: {_text(user.name)}"
        yield "      permissions: {"
        yield from _allowed("publish", may_publish(user))
        yield from _allowed("subscribe", may_subscribe(user))
        yield "      }"
        yield "    }"
    yield "  ]"
    yield "}"


def _allowed(what: str, subjects: Iterable[str]) -> Iterator[str]:
    yield f"        {what}: {{ allow: ["
    for subject in subjects:
        yield f"          {_text(subject)}"
    yield "        ] }"


def _text(text: str) -> str:
    """A text between quotation marks."""
    return json.dumps(text, ensure_ascii=False)
