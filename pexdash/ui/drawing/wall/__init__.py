"""How a wall is drawn: pure functions from facts and a size to lines of spans."""
