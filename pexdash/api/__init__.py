"""The client REST API: its requests, its events and the client that speaks it.

It switches two things for the whole process: httpx goes without its command line, as it does where
its extra `cli` is not installed, and logs nothing (http/stock_transport.py). The command line would
load a library that draws text; the log would show URLs and headers.
"""

import sys

# None makes an import raise ModuleNotFoundError.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
