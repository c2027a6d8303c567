"""The command line: each command imports its front end only when it runs."""
