"""What the node writes to a connection: events, streams of them, and how a connection ends."""
