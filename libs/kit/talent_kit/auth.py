"""Sign-in: who calls (`callers`), their token (`tokens`), and both at the edges, in one place."""

from talent_kit.callers import Caller, Role, SignedIn, caller, require, require_role
from talent_kit.grpc_client import channel
from talent_kit.grpc_edge import AuthInterceptor
from talent_kit.tokens import ServiceToken, TokenChecker

__all__ = [
    "AuthInterceptor",
    "Caller",
    "Role",
    "ServiceToken",
    "SignedIn",
    "TokenChecker",
    "caller",
    "channel",
    "require",
    "require_role",
]
