"""Who: organisations, people, roles, trusted issuers, and what every room stands on."""
