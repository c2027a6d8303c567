"""Our part in a conference, by a token: joining, renewing, sending and leaving."""
