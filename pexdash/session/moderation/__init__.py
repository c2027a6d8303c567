"""What a host does to a conference: the action table, plans, and what became of them."""
