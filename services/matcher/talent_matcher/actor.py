"""Who acts where nobody asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceActor:
    """The service itself, where nobody asked."""

    subject: str = "matcher"
    org_id: str = ""
    roles: frozenset[str] = frozenset({"service"})
    on_behalf_of: str = ""


ACTOR = ServiceActor()
