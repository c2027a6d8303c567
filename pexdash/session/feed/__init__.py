"""The feed of a conference: its source, the state it keeps from the source, and its watches."""
