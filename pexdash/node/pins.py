"""PINs: compared so that time tells nothing, and how many wrong ones an address may try."""

from __future__ import annotations

import hmac
import ipaddress
from collections import OrderedDict, deque

from pexdash.clock import Clock
from pexdash.node.refusals import too_many_tries

_SECOND = 1.0
_MOST_ADDRESSES = 10_000
_NETWORK_BYTES = 8


def is_pin(given: str, wanted: str) -> bool:
    """Whether two PINs are the same, in a time that does not depend on where they differ."""
    return hmac.compare_digest(_bytes(given), _bytes(wanted))


def _bytes(pin: str) -> bytes:
    return pin.encode("utf-8", "surrogatepass")


class PinTries:
    """The wrong PINs of the last second, by address: at most `most` of each are looked at."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, address: str) -> None:
        """Refusal 429 where a PIN from there is not to be looked at now."""
        wrong = self._wrong.get(source_of(address))
        if wrong and len(wrong) >= self._most and wrong[0] > self._clock.monotonic() - _SECOND:
            raise too_many_tries()

    def note_wrong(self, address: str) -> None:
        """Note a wrong PIN from there."""
        source = source_of(address)
        self._wrong.setdefault(source, deque(maxlen=self._most)).append(self._clock.monotonic())
        self._wrong.move_to_end(source)
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)


def source_of(address: str) -> str:
    """Who an address stands for: of IPv6 the network of 64 bits, which one host has for itself."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return ip.packed[:_NETWORK_BYTES].hex()
    return str(ip)
