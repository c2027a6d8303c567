"""The conference as the node tells it: pure state and its events, no I/O, time handed in."""
