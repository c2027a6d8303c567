"""The stage between the bytes of a terminal and keys."""
