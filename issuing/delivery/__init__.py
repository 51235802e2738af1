"""Claim e-mails: written when a credential is stored, rendered in the recipient's language, sent once, retried."""
