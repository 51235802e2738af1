"""The W3C VC-API for conformance suites: on with `VC_API=on`, never in production, never with an issuer's key."""
