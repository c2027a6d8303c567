"""The command line: picks a front end and imports it only then."""
