"""The screens in a browser: a program on a terminal, shown by a page; needs the extra `web`."""
