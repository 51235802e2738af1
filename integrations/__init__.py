"""Machines: the REST API and the conformance endpoints."""
