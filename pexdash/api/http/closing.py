"""How a stream is closed for certain, with its connection."""

from __future__ import annotations

import asyncio

import httpx


async def close_stream(response: httpx.Response) -> None:
    """Close a stream and its connection, even where the task is cancelled meanwhile.

    httpcore, which streams through a proxy use, leaves the connection open for the life of the
    client where its closing is cancelled half-way.
    """
    closing = asyncio.ensure_future(_close(response))
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        await closing
        raise


async def _close(response: httpx.Response) -> None:
    try:
        await response.aclose()
    finally:
        # httpcore calls a response closed that was cancelled at the end of its body.
        connection = response.extensions.get("network_stream")
        if connection is not None:
            await connection.aclose()
