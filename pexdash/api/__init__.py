"""The client REST API: its requests, its events and the client that speaks it.

Nothing here needs the command line of httpx, which would load what it draws with; httpx goes
without it as it does where its extra `cli` is not installed.
"""

import sys

# None makes an import raise ModuleNotFoundError.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
