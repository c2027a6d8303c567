"""Reports over recordings: who was in, what happened, and the figures of a meeting."""
