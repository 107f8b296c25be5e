"""Letters that share their text: plain Python and numpy, without Django.

`words` makes a letter of its text, `grouping` tells which letters are the same one, `sentences` finds what a writer
added to it, `lifting` why that needs a person, `sponsors` who may stand behind it.
"""
