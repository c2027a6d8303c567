"""The clock of who reads recordings without playing them."""

from __future__ import annotations


class ReadClock:
    """The time within the recordings, as Unix time, which stands where the last record was."""

    def __init__(self) -> None:
        self.now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing waits while a recording is read")
