"""Compiled stencils: the documents of one shape, signed and verified at near the speed of the signature.

All awards of one achievement version share their structure. It is canonicalised once, by the general path; an
award then only fills slots, has the few blank nodes hashed that a slot touches, and puts lines in order.
"""

from credentials.stencils.self_check import check_independently
from credentials.stencils.signing import StencilSigner, compiled_stencil, stencil_key
from credentials.stencils.stencil import CredentialStencil, Fills, SignedText

__all__ = [
    "CredentialStencil",
    "Fills",
    "SignedText",
    "StencilSigner",
    "check_independently",
    "compiled_stencil",
    "stencil_key",
]
