"""Measuring every room from outside; nothing imports this room."""
