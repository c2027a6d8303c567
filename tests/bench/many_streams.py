"""Target 12: a thousand conferences in one process, an event a second each."""

from __future__ import annotations

import tempfile
from pathlib import Path

import trustme

from tests.bench.feeding import Feed, feeding
from tests.bench.figures import BESIDE, Measured, medians
from tests.bench.processes import python, result_of

STREAMS = 1000
HALF = 500
FEWER = 200
_FEEDER = ("--participants", "5", "--each-second")


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Every contender in turn, plain and over TLS, and ours with fewer streams."""
    seconds = 2.0 if quick else 6.0
    plain: dict[str, dict[str, float]] = {}
    secure: dict[str, dict[str, float]] = {}
    async with feeding(*_FEEDER) as feed:
        for name in BESIDE:
            plain[name] = await _streams(name, feed, STREAMS, seconds)
        half = await _streams("ours", feed, HALF, seconds)
        fewer = await _streams("ours", feed, FEWER, seconds)
    with tempfile.TemporaryDirectory(prefix="pexdash-bench-") as folder:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        trusted, chain, key = (Path(folder, name) for name in ("ca.pem", "chain.pem", "key.pem"))
        authority.cert_pem.write_to_path(trusted)
        chain.write_bytes(b"".join(one.bytes() for one in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(key)
        tls = ("--tls", str(chain), str(key))
        async with feeding(*_FEEDER, *tls, scheme="https") as feed:
            # What the naive one does over TLS is the same, at more cost.
            for name in ("ours", "limit"):
                secure[name] = await _streams(name, feed, STREAMS, seconds, str(trusted))

    def told(runs: dict[str, dict[str, float]], key: str) -> Measured:
        return medians({name: [run[key]] for name, run in runs.items()})

    return {
        "many_streams.refused": told(plain, "refused"),
        "many_streams.connect": told(plain, "connect"),
        "many_streams.memory": told(plain, "kilobytes"),
        "many_streams.steady": told(plain, "steady"),
        "many_streams.tls_refused": told(secure, "refused"),
        "many_streams.tls": told(secure, "connect"),
        "many_streams.tls_memory": told(secure, "kilobytes"),
        "many_streams.doubled": Measured(
            _whole(plain["ours"], seconds),
            _whole(half, seconds),
            None,
            f"{FEWER} take {_whole(fewer, seconds):.2f}",
        ),
    }


def _whole(run: dict[str, float], seconds: float) -> float:
    """All the processor time of a run."""
    return run["connect"] + run["steady"] / 100 * seconds


async def _streams(
    name: str, feed: Feed, count: int, seconds: float, authority: str = ""
) -> dict[str, float]:
    trusted = [authority] if authority else []
    command = python("streaming", name, feed.url, str(count), str(seconds), *trusted)
    told: dict[str, float] = await result_of(*command)
    return told
