"""Coordination: following a conference, joining it, keeping the token, and moderating."""
