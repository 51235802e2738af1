"""Compiled templates: the documents of one shape, signed and verified at near the speed of the signature.

All awards of one achievement version share their structure. It is canonicalised once, by the general path; an
award then only fills slots, has the few blank nodes hashed that a slot touches, and puts lines in order.
"""

from credentials.templates.self_check import check_independently
from credentials.templates.signing import TemplateSigner, compiled_template, template_key
from credentials.templates.template import CredentialTemplate, Fills, SignedText

__all__ = [
    "CredentialTemplate",
    "Fills",
    "SignedText",
    "TemplateSigner",
    "check_independently",
    "compiled_template",
    "template_key",
]
