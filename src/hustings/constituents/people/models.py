"""Person: one record of everyone, what reaches them, and where each fact came from."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Left, Lower, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.models import GuardedModel, Record


class Household(Record):
    """People at one address. `key` is the normalised address, so that a household is found by it."""

    key = models.TextField(unique=True)
    street = models.TextField()
    city = models.TextField()
    state_code = models.CharField(max_length=2)
    zip = models.CharField(max_length=5)


class Person(Record):
    """A merge moves no rows: it sets `canonical` (always flattened); readers ask for the member set."""

    # db_index=False here and below: an index of Meta begins with the key, and intake pays for every one more.
    canonical = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.TextField(default="", blank=True)
    first_name = models.TextField(default="", blank=True)
    last_name = models.TextField(default="", blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    street = models.TextField(default="", blank=True)
    city = models.TextField(default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    zip = models.CharField(max_length=5, default="", blank=True)
    county_fips = models.CharField(max_length=5, default="", blank=True)
    household = models.ForeignKey(Household, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    is_child = models.BooleanField(default=False)
    do_not_contact = models.BooleanField(default=False)
    care_note = models.TextField(default="", blank=True)  # "Call after 10. Hard of hearing on the left side."

    class Meta:
        indexes = [
            GinIndex(fields=["name"], name="people_person_name_trgm", opclasses=["gin_trgm_ops"]),
            # The list by name: cut short and in one case, as `queries.search.NAME_KEY` asks for it.
            models.Index(
                Lower(Left("name", 80)), "id", condition=models.Q(canonical__isnull=True), name="people_by_name"
            ),
            models.Index(fields=["canonical"], condition=models.Q(canonical__isnull=False), name="people_canonical"),
            models.Index(fields=["state_code", "zip"], name="people_place"),
            # Cut short: an index entry has a limit, and a letter is never refused for its city.
            models.Index(Upper(Left("city", 80)), name="people_city_key"),
            models.Index(fields=["household"], condition=models.Q(household__isnull=False), name="people_household_ix"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(canonical__isnull=True) | ~models.Q(canonical=models.F("id")),
                name="people_not_its_own_canonical",
            )
        ]

    def __str__(self) -> str:
        return self.name or str(_("Someone"))

    def get_absolute_url(self) -> str:
        return reverse("people:page", args=[self.uid])


class IdentifierKind(models.TextChoices):
    EMAIL = "email", _("Email")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("External id")


class Identifier(Record):
    """What a person is found by. `value` is normalised: e-mail in lower case, phone as E.164."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers", db_index=False)
    kind = models.CharField(max_length=10, choices=IdentifierKind.choices)
    value = models.TextField()
    source = models.TextField(default="")  # "letter:<uid>", "form", "import:<name>", "user:<uid>"
    # A bounce marks the address: since when it fails, and whether for good.
    bounced_at = models.DateTimeField(null=True)
    bounced_for_good = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="people_identifier_once")]
        indexes = [
            models.Index(fields=["person"], name="people_identifier_person"),
            GinIndex(fields=["value"], name="people_identifier_trgm", opclasses=["gin_trgm_ops"]),
        ]


class PersonFact(GuardedModel):
    """Where a field's value came from: one line a statement, the newest of the surest source wins."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=20)
    value = models.TextField()
    source = models.TextField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "field", "at"], name="people_fact")]


class Consent(Record):
    """What a person agreed to or refused. The newest line of a channel and purpose holds."""

    class State(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Unsubscribed")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10)  # email, phone, text, post
    purpose = models.CharField(max_length=20, default="outreach")  # answers to what was asked are never in question
    state = models.CharField(max_length=10, choices=State.choices)
    source = models.TextField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "channel", "at"], name="people_consent_ix")]


class Merge(Record):
    """Two records found to be one person; undoing it restores both."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    reason = models.TextField(default="", blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)

    class Meta:
        # One way up from each record: with that the merges in force are a forest, and undoing one cuts one branch.
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(undone_at__isnull=True), name="people_merged_once"
            )
        ]
        indexes = [models.Index(fields=["into"], name="people_merge_into")]


class Distinction(Record):
    """Two records that look alike and are two people: they are not proposed again. `person` is the lower id."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "other"], name="people_distinct_once")]


class Note(Record):
    """What a colleague should know about a person, kept beside no letter in particular."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="people_note_ix")]


class VipKind(Record):
    """A kind of people whose letters a person reads, beside those of `rules.VIP_KINDS`."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.TextField()


class Vip(Record):
    """A mark: letters of this person, from this address or from this domain go to people, never into a bulk reply.
    Exactly one of the three is given; the mark holds until it is ended."""

    kind = models.SlugField(max_length=40, db_index=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.TextField(default="", blank=True)  # lower case
    domain = models.TextField(default="", blank=True)  # lower case; what stands below it too
    note = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(person__isnull=False, address="", domain="")
                    | models.Q(person__isnull=True, domain="") & ~models.Q(address="")
                    | models.Q(person__isnull=True, address="") & ~models.Q(domain="")
                ),
                name="people_vip_one_way",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="people_vip_person"
            ),
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(ended_at__isnull=True) & ~models.Q(address=""),
                name="people_vip_address",
            ),
            models.UniqueConstraint(
                fields=["domain"], condition=models.Q(ended_at__isnull=True) & ~models.Q(domain=""),
                name="people_vip_domain",
            ),
        ]  # fmt: skip
