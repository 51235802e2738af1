"""The Verifiable Credentials Data Model 2.0 (and 1.1 where allowed): is a document one?

Source: https://www.w3.org/TR/vc-data-model-2.0/
"""

from credentials.data_model.credential import check_data_model, issuer_id
from credentials.data_model.presentation import (
    EnvelopedCredential,
    check_presentation,
    check_self_asserted,
    enveloped_credentials,
    holder_id,
)
from credentials.data_model.related import check_related_resource

__all__ = [
    "EnvelopedCredential",
    "check_data_model",
    "check_presentation",
    "check_related_resource",
    "check_self_asserted",
    "enveloped_credentials",
    "holder_id",
    "issuer_id",
]
