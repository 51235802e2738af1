"""From a bare Python to a running house. Standard library only: nothing is installed yet."""
