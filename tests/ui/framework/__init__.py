"""How the room that knows the framework's inside keeps it to itself."""
