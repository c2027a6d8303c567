"""The client REST API: its requests, its events and the client that speaks it."""
