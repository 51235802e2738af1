"""The pages of the console: one file for each of its parts."""
