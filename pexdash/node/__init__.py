"""A Conferencing Node that runs inside the program: for the demo, and the tests' other end."""
