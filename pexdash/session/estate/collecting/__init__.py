"""The conferences that this program has joined for a fleet, told and acted in through the bus."""
