"""What speaks of one person does not go into an article."""

from hypothesis import given
from hypothesis import strategies as st

from hustings.service.answers.queries.stripping import strip_personal

KNOWN = {"name": ["Ruth Abernathy", "Ruth", "Abernathy"], "street": ["412 Parsons Ave"], "ZIP": ["43211"], "city": [""]}


def test_names_addresses_and_numbers_are_marked_and_the_greeting_goes():
    text = (
        "Dear Ruth,\n\nMail it from 412 Parsons Ave, 43211, Mrs. Abernathy. Call (614) 555-0188 or write to "
        "ruth.a@example.org. Your neighbor at 9 Oak Street may too.\n\nThe office opens at 8."
    )
    plain = (
        "Mail it from [street], [ZIP], Mrs. [name]. Call [phone] or write to [email]. Your neighbor at [street] may "
        "too.\n\nThe office opens at 8."
    )
    assert strip_personal(text, KNOWN) == (plain, 6)


def test_words_that_only_contain_a_name_stay():
    assert strip_personal("The truth about Ruthless rules.", KNOWN) == ("The truth about Ruthless rules.", 0)


@given(
    before=st.text(alphabet="abc .\n", max_size=40),
    name=st.sampled_from(["Ruth", "ruth", "ABERNATHY", "43211", "x@y.example", "614-555-0188"]),
    after=st.text(alphabet="abc .\n", max_size=40),
)
def test_nothing_known_is_left(before: str, name: str, after: str):
    plain, _count = strip_personal(f"{before} {name} {after}", KNOWN)
    assert name.casefold() not in plain.casefold()
