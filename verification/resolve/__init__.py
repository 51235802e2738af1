"""Gathering what the checks judge: from our own tables, from other hosts, from what was handed in."""

from verification.resolve.own import Gathered, gather_own
from verification.resolve.source import check_source, verify_source

__all__ = ["Gathered", "check_source", "gather_own", "verify_source"]
