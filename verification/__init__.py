"""Check and show any credential."""
