"""How the rooms are put together: settings, addresses, tasks, and the start of a fresh machine."""
