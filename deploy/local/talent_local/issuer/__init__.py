"""An OpenID Connect provider for one machine. It serves the loopback and nobody else."""

from talent_local.issuer.part import Issuer, issuer_part

__all__ = ["Issuer", "issuer_part"]
