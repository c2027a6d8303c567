"""The connections to nodes: opened, secured, kept for the next request, or led through a proxy."""
