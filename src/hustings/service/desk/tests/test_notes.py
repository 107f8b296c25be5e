import pytest
from django.test import Client

from hustings.constituents.timeline.models import Entry
from hustings.service.desk.actions.notes import see_mentions, write_note
from hustings.service.desk.models import Mention, Note
from hustings.service.desk.queries.mentionable import Mentionable, mentionable
from hustings.service.desk.queries.mentions import unseen_count
from hustings.service.desk.rules import Refused
from hustings.service.desk.templatetags.desk import note_text
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


def test_the_team_that_answers_is_called_whole(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    text = "@voter help, who knows the county? Not @Voter helpers, and @Donations has another queue."
    note = write_note(actor=cast.theo, inquiry=row, text=text, now=NOW)
    called = [cast.june.pk, cast.dana.pk, cast.vera.pk]
    assert sorted(Mention.objects.values_list("user", flat=True)) == sorted(called)
    shown = note_text(note)
    assert "<mark>@voter help</mark>, who" in shown
    assert shown.count("<mark>") == 1


def test_of_a_sealed_inquiry_the_team_is_those_who_may_see_it(cast: Cast) -> None:
    row = make_inquiry(cast.help, is_sealed=True)
    zoe = make_user("Zoe Hart", cast.voters, is_security_lead=True)
    write_note(actor=cast.vera, inquiry=row, text="@Voter help look", now=NOW)
    assert Mention.objects.get().user == zoe
    assert mentionable(cast.vera, row) == [
        Mentionable("Voter help", "team", "all 1"),
        Mentionable("Zoe Hart", "person", "zoe@example.org"),
    ]


def test_names_are_offered_to_who_sees_the_inquiry(cast: Cast) -> None:
    row = make_inquiry(cast.help)
    june = Client()
    june.force_login(cast.june)
    given = june.get(f"/i/{row.uid}/mentions/").json()["mentions"]
    assert [(one["kind"], one["name"]) for one in given] == [
        ("team", "Voter help"),
        ("person", "Ada Quist"),
        ("person", "Dana Kessler"),
        ("person", "Theo Marsh"),
        ("person", "Vera Lund"),
    ]
    assert given[0]["detail"] == "all 3"
    assert f'data-mentions="/i/{row.uid}/mentions/"' in june.get(f"/i/{row.uid}/ask/note/").content.decode()
    june.force_login(cast.ines)
    assert june.get(f"/i/{row.uid}/mentions/").status_code == 404
