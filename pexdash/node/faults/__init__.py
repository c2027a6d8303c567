"""The misbehaviour a test can ask of an embedded node."""
