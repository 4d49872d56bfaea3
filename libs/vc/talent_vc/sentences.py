"""Sentences for people, made at the edge from codes and arguments."""

from __future__ import annotations

from talent_vc.verdict import Check


def sentence(check: Check) -> str:
    """One plain sentence of US English for a check."""
    raise NotImplementedError
