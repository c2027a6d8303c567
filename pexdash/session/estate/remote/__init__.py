"""The conferences that collectors hold, as this program reads them from the bus."""
