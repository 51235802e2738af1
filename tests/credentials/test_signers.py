"""Two libraries, one signature."""

import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.signers import ManySigner


def test_key_for_many_signatures_signs_as_the_key_it_was_made_of():
    for length in (0, 1, 64, 4_096):
        key, data = Ed25519PrivateKey.generate(), os.urandom(length)
        signature = ManySigner(key).sign(data)

        assert signature == key.sign(data)
        key.public_key().verify(signature, data)
