"""HTTP to the parts of this machine."""

from functools import cache

import httpx


@cache
def client() -> httpx.Client:
    """One for all: each new one reads every certificate that the machine trusts. It keeps no
    connection, as parts come and go."""
    return httpx.Client(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
