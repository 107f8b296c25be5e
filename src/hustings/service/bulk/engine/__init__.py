"""Plain Python, without Django: whose letters are answered with one, and which ten are looked at."""
