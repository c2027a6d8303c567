"""Target 12: a thousand conferences in one process, an event a second each."""

from __future__ import annotations

import tempfile
from pathlib import Path

import trustme

from tests.bench.feeding import Feed, feeding
from tests.bench.figures import BESIDE, Measured, medians, middle
from tests.bench.processes import python, result_of

STREAMS = 1000
HALF = 500
FEWER = 200
_FEEDER = ("--participants", "5", "--each-second")


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Every contender in turn, plain and over TLS, and ours with fewer streams."""
    seconds, turns = (2.0, 1) if quick else (4.0, 3)
    counts = {**dict.fromkeys(BESIDE, STREAMS), "half": HALF, "fewer": FEWER}
    plain: dict[str, list[dict[str, float]]] = {name: [] for name in counts}
    secure: dict[str, list[dict[str, float]]] = {name: [] for name in ("ours", "limit")}
    async with feeding(*_FEEDER) as feed:
        for _ in range(turns):
            for name, count in counts.items():
                if name == "naive" and plain[name]:
                    continue  # It needs half a minute to be refused.
                contender = name if name in BESIDE else "ours"
                plain[name].append(await _streams(contender, feed, count, seconds))
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
            for _ in range(turns):
                for name, runs in secure.items():
                    runs.append(await _streams(name, feed, STREAMS, seconds, str(trusted)))

    def told(runs: dict[str, list[dict[str, float]]], key: str) -> Measured:
        return medians({name: [one[key] for one in told] for name, told in runs.items()})

    def whole(name: str) -> float:
        """All the processor time of a run."""
        return middle([one["connect"] + one["steady"] / 100 * seconds for one in plain[name]])

    return {
        "many_streams.refused": told(plain, "refused"),
        "many_streams.connect": told(plain, "connect"),
        "many_streams.memory": told(plain, "kilobytes"),
        "many_streams.steady": told(plain, "steady"),
        "many_streams.tls_refused": told(secure, "refused"),
        "many_streams.tls": told(secure, "connect"),
        "many_streams.tls_memory": told(secure, "kilobytes"),
        "many_streams.doubled": Measured(
            whole("ours"), whole("half"), None, f"{FEWER} take {whole('fewer'):.2f}"
        ),
    }


async def _streams(
    name: str, feed: Feed, count: int, seconds: float, authority: str = ""
) -> dict[str, float]:
    trusted = [authority] if authority else []
    command = python("streaming", name, feed.url, str(count), str(seconds), *trusted)
    told: dict[str, float] = await result_of(*command)
    return told
