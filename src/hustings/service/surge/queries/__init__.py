"""How it stands, and what is planned."""
