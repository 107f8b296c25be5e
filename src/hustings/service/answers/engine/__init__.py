"""Reading where people vote, from official files: plain Python, no Django."""
