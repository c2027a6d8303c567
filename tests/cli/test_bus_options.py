"""Where the bus is and who we are there, with a server that wants TLS and certificates."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import trustme

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.rights import User
from pexdash.bus.server_config import ServerPlan, server_config
from pexdash.bus.settings import BusFile
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import META, STATE, conferences
from pexdash.cli.bus_options import bus_from, seal_from
from pexdash.errors import BusFault, BusRefused, UsageFault
from pexdash.settings import Settings, load_settings
from tests.bus.nats_server import nats_server, program

needs_server = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")


def test_an_option_goes_before_the_file_and_that_before_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[bus]\nurl = "tls://settings"\nuser = "jo"\nnkey = "jo.nk"\n')
    (tmp_path / "jo.nk").write_text("seed")
    monkeypatch.setenv("PEXDASH_CONFIG", str(path))
    settings = load_settings()
    file = BusFile(url="nats://file:1", user="noc", token_key_file=tmp_path / "key")
    taken = bus_from("nats://option", file, settings)
    assert (taken.settings.url, taken.settings.user) == ("nats://option:4222", "noc")
    assert taken.settings.nkey is None
    assert taken.token_key_file == tmp_path / "key"
    assert bus_from(None, file, settings).settings.url == "nats://file:1"
    of_settings = bus_from(None, BusFile(), settings).settings
    assert (of_settings.url, of_settings.user) == ("tls://settings:4222", "jo")
    assert of_settings.nkey == tmp_path / "jo.nk"
    assert of_settings.tls is not None
    path.write_text('[bus]\nurl = "nats://u:p@settings"\nuse = 1\n')
    with pytest.raises(UsageFault, match=r"settings.toml:2: a password .*\n.*:3: \[bus\] has no"):
        bus_from(None, None, load_settings())


def test_the_user_in_the_url_is_ours_and_goes_to_no_server() -> None:
    settings = bus_from("nats://jo@[::1]:4223,jo@b", None, Settings()).settings
    assert (settings.url, settings.user) == ("nats://[::1]:4223,nats://b:4222", "jo")
    assert settings.inbox == "_INBOX.jo"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "there is no bus: give --bus URL"),
        ("nats://jo:secret@bus", "a password does not stand in the URL"),
        ("nats://:secret@bus", "a password does not stand in the URL"),
        ("jo:secret@bus", "a password does not stand in the URL"),
        ("https://bus", "no URL of NATS"),
        ("nats://bus/path", "no URL of NATS"),
        ("nats://", "no URL of NATS"),
        ("nats://bus:99999", "write nats://HOST:PORT"),
        ("nats://[::1", "no URL"),
        ("nats://jo@a,nats://max@b", "name one user"),
        ("nats://j.o@a", "letters, digits"),
    ],
)
def test_what_is_no_bus_is_told_in_words_and_shows_no_password(url: str, words: str) -> None:
    with pytest.raises(UsageFault, match=words) as told:
        bus_from(url, None, Settings())
    assert "secret" not in str(told.value)


def test_tokens_are_sealed_by_the_key_of_the_file(tmp_path: Path) -> None:
    assert seal_from(bus_from("nats://bus", None, Settings())).seal("a", b"t") == b"\0t"
    taken = bus_from("nats://bus", BusFile(token_key_file=tmp_path / "none"), Settings())
    with pytest.raises(UsageFault, match="none cannot be read"):
        seal_from(taken)


class Certificates:
    """An authority, the server's certificate, and those of users, as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))

    def of(self, name: str) -> Path:
        """A file with a certificate for a name, and its key."""
        path = self.folder / f"{name}.pem"
        self._authority.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(str(path))
        return path


@needs_server
async def test_tls_is_spoken_and_demanded_and_a_certificate_names_its_user(tmp_path: Path) -> None:
    known, other = Certificates(tmp_path), Certificates(tmp_path / "other")
    server_pem = str(known.of("localhost"))
    users = (User("one", "collector"), User("noc", "viewer"))
    plan = ServerPlan(
        users,
        listen="127.0.0.1:-1",
        store=str(tmp_path),
        cert_file=server_pem,
        key_file=server_pem,
        ca_file=str(known.ca_file),
    )

    def shown(file: BusFile, port: int, scheme: str = "nats") -> AbstractAsyncContextManager[Bus]:
        return open_bus(bus_from(f"{scheme}://localhost:{port}", file, Settings()).settings, "test")

    async with nats_server(tmp_path, whole=server_config(plan)) as server:
        port = server.port
        one = BusFile(user="one", ca_file=known.ca_file, cert_file=known.of("one"))
        noc = BusFile(user="noc", ca_file=known.ca_file, cert_file=known.of("noc"))
        async with shown(one, port) as bus, shown(noc, port, "tls") as viewer:
            await make_streams(bus)
            assert viewer.has_users
            assert await viewer.listed(META, conferences()) == []
            with pytest.raises(BusRefused, match="does not let us read"):
                await viewer.listed(STATE, "pdx.*.tok.*")
        for file, words in (
            (BusFile(user="one", ca_file=known.ca_file), "cannot be reached"),
            (
                BusFile(user="one", ca_file=other.ca_file, cert_file=known.of("one")),
                "verify failed",
            ),
            (BusFile(user="one", ca_file=known.ca_file, cert_file=other.of("one")), "cannot be"),
            (BusFile(user="max", ca_file=known.ca_file, cert_file=known.of("max")), "not know us"),
        ):
            with pytest.raises(BusFault, match=words):
                async with shown(file, port):
                    pass


@needs_server
async def test_a_server_without_tls_is_refused_where_the_settings_want_it(tmp_path: Path) -> None:
    known = Certificates(tmp_path)
    async with nats_server(tmp_path) as server:
        for file, url in (
            (BusFile(ca_file=known.ca_file), f"nats://localhost:{server.port}"),
            (BusFile(), f"tls://localhost:{server.port}"),
        ):
            with pytest.raises(BusFault, match="has no TLS, which the settings want"):
                async with open_bus(bus_from(url, file, Settings()).settings, "test"):
                    pass
