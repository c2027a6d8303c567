"""Moderating a conference: the action table, the plans, and the journal of requests."""
