"""The wall: what it draws, and what its keys do."""
