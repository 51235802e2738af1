"""The issuers' web pages: views, forms, templates; no models, no rules."""
