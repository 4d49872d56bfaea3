"""The issuer as a process, and a handle on one that runs."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from talent_local.home import Home
from talent_local.http import client
from talent_local.parts import Part


@dataclass(frozen=True)
class Issuer:
    """A running issuer of one machine."""

    url: str

    def token(
        self,
        *,
        subject: str,
        org_id: str = "",
        roles: Sequence[str] = (),
        email: str = "",
        email_verified: bool = True,
        name: str = "",
        on_behalf_of: str = "",
        seconds: int = 3600,
    ) -> str:
        """A bearer token with these claims."""
        wanted = {
            "subject": subject,
            "org_id": org_id,
            "roles": [str(role) for role in roles],
            "email": email,
            "email_verified": email_verified,
            "name": name,
            "on_behalf_of": on_behalf_of,
            "seconds": seconds,
        }
        answer = client().post(f"{self.url}/dev/token", json=wanted, timeout=10)
        answer.raise_for_status()
        return answer.json()["access_token"]


def issuer_part(home: Home, *, port: int, log: Path | None = None) -> Part:
    """The issuer, with its key and its clients' secrets under `home.secrets`."""
    return Part(
        name="issuer",
        command=(sys.executable, "-m", "talent_local.issuer", "--port", str(port)),
        log=log or home.logs / "issuer.log",
        ports={"issuer": port},
        env={**os.environ, "TALENT_HOME": str(home.root)},
        not_ready=lambda: _not_ready(f"http://127.0.0.1:{port}"),
        stop_seconds=5,
    )


def _not_ready(url: str) -> str | None:
    try:
        answer = client().get(f"{url}/.well-known/openid-configuration", timeout=2)
    except httpx.HTTPError as error:
        return str(error)
    return None if answer.is_success else f"it answers {answer.status_code}"
