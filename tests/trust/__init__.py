"""What can be counted of the trust in pexdash: `make trust` prints it, `make test` runs a part."""
