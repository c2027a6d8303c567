"""A server that runs the configuration we print, with a user of each role and something stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Heartbeat, packed
from pexdash.bus.rights import User
from pexdash.bus.server_config import ServerPlan, server_config
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import collector, conference, log, own, participant, summary, token
from pexdash.bus.user_keys import public_key
from pexdash.model.alarms.keys import ConferenceKey
from tests.bus.nats_server import nats_server

C7, C8 = ConferenceKey("north", "c7@example.com"), ConferenceKey("north", "c8@example.com")
USERS = (
    User("one", "collector"),
    User("noc", "viewer"),
    User("jo", "host", (C7,)),
    User("max", "operator"),
)


@asynccontextmanager
async def fleet(folder: Path) -> AsyncIterator[dict[str, Bus]]:
    """A server with our configuration and something stored, and everybody's connection."""
    files = {user.name: folder / "keys" / f"{user.name}.nk" for user in USERS}
    keys = {name: public_key(path) for name, path in files.items()}
    plan = ServerPlan(USERS, keys, "127.0.0.1:-1", str(folder))
    async with nats_server(folder, whole=server_config(plan)) as server, AsyncExitStack() as stack:
        found = {}
        for name, path in files.items():
            settings = BusSettings(server.url, nkey=path, user=name)
            found[name] = await stack.enter_async_context(open_bus(settings, name))
        one = found["one"]
        await make_streams(one)
        for key in (C7, C8):
            await one.put(summary(key), b"summary")
            await one.put(participant(key, "ann"), b"person")
            await one.put(token(key), b"token")
            await one.put(conference(key), b"named")
        await one.put(log(1), b"logged")
        await one.put(own(1), b"owned")
        await one.put(collector("one"), packed(Heartbeat(1000.0, 7, "0")))
        yield found
