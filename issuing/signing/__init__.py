"""Claim, sign, store: the only room that opens private keys.

`set_key_encryption_key_source` is what `config` calls in the worker, and nowhere else.
"""

from issuing.keys import set_key_encryption_key_source

__all__ = ["set_key_encryption_key_source"]
