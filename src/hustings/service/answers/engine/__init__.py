"""Reading where people vote, from official files; finding by words: plain Python, no Django."""
