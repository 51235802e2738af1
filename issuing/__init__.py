"""Award, sign, deliver."""
