import pytest

from hustings.constituents.timeline.models import Entry
from hustings.service.desk.actions.notes import see_mentions, write_note
from hustings.service.desk.models import Mention, Note
from hustings.service.desk.queries.mentions import unseen_count
from hustings.service.desk.rules import Refused
from hustings.service.desk.tests.cast import NOW, Cast, make_inquiry, make_user


def test_a_note_with_mentions(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    text = "@June ask her to check the unit number. @Dana Kessler knows the county. Mail ruth@theo.example, @nobody."
    note = write_note(actor=cast.theo, inquiry=row, text=text, now=NOW)
    assert set(Mention.objects.values_list("user", flat=True)) == {cast.june.pk, cast.dana.pk}
    assert Entry.objects.get().kind == "desk.note"
    assert Entry.objects.get().ref == note.uid
    assert unseen_count(cast.june) == 1
    assert see_mentions(actor=cast.june, inquiry=row, now=NOW) == 1
    assert unseen_count(cast.june) == 0


def test_naming_someone_who_may_not_see_it_posts_nothing(cast: Cast) -> None:
    row = make_inquiry(cast.crisis, is_crisis=True)
    with pytest.raises(Refused, match="June Oduya may not see this inquiry"):
        write_note(actor=cast.dana, inquiry=row, text="@June have a look", now=NOW)
    assert (Note.objects.count(), Mention.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_a_first_name_of_two_people_must_be_whole(cast: Cast) -> None:
    other = make_user("Juno Baker", cast.voters)
    other.name = "June Baker"
    other.save()
    row = make_inquiry(cast.help)
    cast.june.email = "j.oduya@example.org"
    cast.june.save()
    with pytest.raises(Refused, match="June Baker, June Oduya"):
        write_note(actor=cast.theo, inquiry=row, text="@June look", now=NOW)
    assert Note.objects.count() == 0
    write_note(actor=cast.theo, inquiry=row, text="@June Baker look", now=NOW)
    assert Mention.objects.get().user == other


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_an_empty_or_endless_note_is_refused(cast: Cast, text: str) -> None:
    row = make_inquiry(cast.help)
    with pytest.raises(Refused):
        write_note(actor=cast.june, inquiry=row, text=text, now=NOW)
    assert Note.objects.count() == 0


def test_no_note_where_one_sees_nothing(cast: Cast) -> None:
    row = make_inquiry(cast.gifts)
    with pytest.raises(Refused):
        write_note(actor=cast.june, inquiry=row, text="hello", now=NOW)
    assert Note.objects.count() == 0
