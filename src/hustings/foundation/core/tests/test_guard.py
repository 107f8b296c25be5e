"""Guarded attributes and queries, on the people who work here."""

import pytest
from django.db.models import Count, F, Q, TextField, Value
from django.db.models.functions import Concat, Upper

from hustings.foundation.access.models import Membership, Team, User
from hustings.foundation.core.guard import FieldHidden, Level, ReadOnly, action, may_read, reading_as, unveiled
from hustings.foundation.core.guard.attributes import Guarded, guard, guards_on, mask_email, mask_name, mask_phone

pytestmark = pytest.mark.django_db


class Reader:
    def __init__(self, level=Level.HIDDEN, *, read_only=False):
        self.levels = {("colleague", "name"): level, ("colleague", "zone"): Level.READ}
        self.read_only, self.notes = read_only, []

    def note(self, record, field, record_id):
        self.notes.append((record, field, record_id))


@pytest.fixture(autouse=True)
def _guarded():
    before = User.__dict__["name"]
    guard(User, "name", record="colleague", name="name", mask=mask_name, is_sensitive=True)
    yield
    User.name = before
    guards_on.cache_clear()


@pytest.fixture
def june():
    user = User.objects.create(email="june@example.org", name="June Oduya", roles=["volunteer"])
    return User.objects.get(pk=user.pk)


def test_each_reader_sees_by_level(june):
    assert june.name == "June Oduya"
    for level, seen in ((Level.HIDDEN, ""), (Level.MASKED, "J. O."), (Level.READ, "June Oduya")):
        with reading_as(Reader(level)):
            assert june.name == seen
            assert User.objects.get(pk=june.pk).name == seen
            assert User.objects.only("email").get(pk=june.pk).name == seen
    with reading_as(Reader(Level.HIDDEN)), unveiled():
        assert june.name == "June Oduya"


def test_reading_what_is_sensitive_is_noted(june):
    with reading_as(reader := Reader(Level.READ)):
        assert june.name
    assert reader.notes == [("colleague", "name", june.pk)]
    with reading_as(reader := Reader(Level.MASKED)):
        assert june.name
    assert reader.notes == []


@pytest.fixture
def teamed(june):
    before = {name: Membership.__dict__[name] for name in ("team_id", "team")}
    guard(Membership, "team", record="colleague", name="name")
    yield Membership.objects.create(user=june, team=Team.objects.create(name="Voter help"))
    for name, value in before.items():
        setattr(Membership, name, value)
    guards_on.cache_clear()


def test_a_foreign_key_is_guarded_with_the_row_it_names(teamed):
    fetched = Membership.objects.select_related("team").get(pk=teamed.pk)
    for level, seen in ((Level.HIDDEN, None), (Level.MASKED, None), (Level.READ, "Voter help")):
        with reading_as(Reader(level)):
            for one in (fetched, teamed):
                assert (one.team and one.team.name) == seen
                assert (one.team_id is None) == (seen is None)
    assert fetched.team.name == "Voter help"


def test_a_guarded_key_that_changes_names_another_row(teamed):
    other = Team.objects.create(name="Press")
    assert teamed.team.name == "Voter help"
    teamed.team_id = other.pk
    assert teamed.team.name == "Press"
    teamed.team = None
    assert teamed.team_id is None


QUESTIONS = {
    "filter": lambda: User.objects.filter(name__startswith="J"),
    "exclude": lambda: User.objects.exclude(name="J"),
    "q": lambda: User.objects.filter(Q(pk=1) | ~Q(name__contains="J")),
    "value": lambda: User.objects.filter(email=F("name")),
    "order": lambda: User.objects.order_by("-name"),
    "order by expression": lambda: User.objects.order_by(Upper("name").desc()),
    "values": lambda: User.objects.values("name"),
    "all values": User.objects.values,
    "values_list": lambda: User.objects.values_list("name", flat=True),
    "expression": lambda: User.objects.values(x=Concat(Value("x"), "name", output_field=TextField())),
    "annotate": lambda: User.objects.annotate(x=Upper(F("name"))),
    "alias": lambda: User.objects.alias(x=F("name")),
    "aggregate": lambda: User.objects.aggregate(Count("name")),
    "distinct": lambda: User.objects.distinct("name"),
    "from another table": lambda: Membership.objects.filter(user__name="J"),
    "sorted from another table": lambda: Team.objects.order_by("memberships__user__name"),
    "counted": lambda: Team.objects.annotate(n=Count("memberships", filter=Q(memberships__user__name="J"))),
}


@pytest.mark.parametrize("level", [Level.HIDDEN, Level.MASKED])
@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_asked_by_a_field_that_may_not_be_read(question, level):
    with reading_as(Reader(level)), pytest.raises(FieldHidden) as refused:
        list(QUESTIONS[question]())
    assert (refused.value.record, refused.value.field) == ("colleague", "name")
    assert "name" not in str(refused.value)


@pytest.mark.parametrize("question", QUESTIONS)
def test_who_may_read_may_ask(question):
    with reading_as(Reader(Level.READ)):
        list(QUESTIONS[question]())
    list(QUESTIONS[question]())


def test_looking_stores_nothing(june):
    with reading_as(Reader(Level.MASKED)):
        assert june.name == "J. O."
    assert Membership.objects.count() == 0
    assert list(User.objects.values_list("name", "email")) == [("June Oduya", "june@example.org")]


def test_a_record_is_stored_whole_by_a_reader_who_sees_little():
    before = Team.__dict__["name"]
    guard(Team, "name", record="colleague", name="name")
    try:
        team = Team.objects.create(name="Voter help")
        with reading_as(Reader(Level.HIDDEN)):
            assert team.name == ""
            team.colour = 3
            team.save()
            Team.objects.bulk_update([team], ["name", "colour"])
        assert list(Team.objects.values_list("name", "colour")) == [("Voter help", 3)]
    finally:
        Team.name = before


def test_actions_see_true_values_and_who_looks_as_another_changes_nothing(june):
    @action
    def name_of(user):
        return user.name

    with reading_as(Reader(Level.HIDDEN)):
        assert name_of(june) == "June Oduya"
    team = Team.objects.create(name="Voter help")
    with reading_as(Reader(Level.READ, read_only=True)):
        for change in (
            lambda: name_of(june),
            lambda: Team.objects.create(name="Mine"),
            lambda: Team.objects.update(name="Mine"),
            lambda: Team.objects.bulk_create([Team(name="Mine")]),
            lambda: Team.objects.all().delete(),
            team.save,
        ):
            with pytest.raises(ReadOnly):
                change()
    assert [team.name for team in Team.objects.all()] == ["Voter help"]


def test_may_read_and_masks():
    assert may_read("colleague", "name")
    with reading_as(Reader(Level.MASKED)):
        assert (may_read("colleague", "name"), may_read("colleague", "zone")) == (False, True)
    assert mask_phone("+16145550142") == "•••-•••-0142"
    assert mask_phone("911") == "•••"
    assert mask_email("maria@mail.example.org") == "m•••@m•••.org"
    assert mask_email("nobody") == "•••"
    assert mask_name("Maria de la Cruz") == "M. d. l."
    assert isinstance(User.__dict__["name"], Guarded)


def test_a_guard_by_row_must_say_all_its_names():
    with pytest.raises(ValueError, match="say all names"):
        guard(User, "theme", record="colleague", name=lambda row: "zone")
