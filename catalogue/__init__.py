"""What: achievements and their versions, the public register."""
