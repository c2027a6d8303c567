"""Coordination: joining, following the events, keeping the token, and moderating."""
