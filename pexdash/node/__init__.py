"""A Conferencing Node that runs inside the program, for the demo and for tests."""
