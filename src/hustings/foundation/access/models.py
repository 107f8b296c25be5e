"""Who works here: users, teams, invitations, and the trail of what was touched."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from hustings.foundation.core.guard.querysets import GuardedManager
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.models import GuardedModel, Record


class Role(Record):
    """A role as an administrator wrote it: one of their own, or one that came with the house and was changed
    (`ready_made`). `grants` is the stored form of `roles.Definition`; `version` grows with each change."""

    ADMINISTRATOR, LEAD, VOLUNTEER = "administrator", "lead", "volunteer"  # those that the house itself speaks of

    slug = models.SlugField(max_length=40, unique=True)
    name = models.TextField()
    about = models.TextField(default="", blank=True)
    grants = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


def _volunteer() -> list[str]:
    return [Role.VOLUNTEER]


class UserManager(BaseUserManager["User"], GuardedManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(GuardedModel, AbstractBaseUser):
    """A person who signs in. E-mail is kept in lower case and is the name to sign in with."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    email = models.TextField(unique=True)
    name = models.TextField()
    roles = ArrayField(models.CharField(max_length=40), default=_volunteer)  # slugs; grants add
    # Where rows are narrowed to "my states or counties".
    states = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    counties = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    access_ends_at = models.DateTimeField(null=True, blank=True)
    # A new volunteer's replies wait for a lead, until the lead lifts it for this person.
    needs_release = models.BooleanField(default=True)
    # May see and print sealed threats; is called when one comes.
    is_security_lead = models.BooleanField(default=False)
    # Trained to answer people in crisis.
    is_crisis_trained = models.BooleanField(default=False)
    # Since when a passkey or an authenticator app stands beside the password; kept by `actions.factors`.
    second_factor_at = models.DateTimeField(null=True, blank=True)
    single_keys = models.BooleanField(default=True)
    time_zone = models.TextField(default="America/New_York")
    language = models.CharField(max_length=8, default="en")
    theme = models.CharField(max_length=8, default="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.strip() else self.email

    @property
    def is_administrator(self) -> bool:
        """Whether the person sets up the house."""
        from .grants import grants_of  # noqa: PLC0415  (grants stand on this module)

        return grants_of(self).can("administer")

    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    @property
    def leads(self) -> bool:
        """Whether this person leads (an administrator does, everywhere)."""
        from .grants import grants_of  # noqa: PLC0415  (grants stand on this module)

        return grants_of(self).can("lead")

    def holds(self, *slugs: str) -> bool:
        """Whether the person has one of these roles."""
        return not set(slugs).isdisjoint(self.roles)


class Team(Record):
    name = models.TextField(unique=True)
    colour = models.PositiveSmallIntegerField(default=1)  # 1 to 8, a token of the palette

    def __str__(self) -> str:
        return self.name


class Membership(Record):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="access_membership_once")]


class Invitation(Record):
    """A link that makes an account. Only the hash of its token is kept."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(max_length=40)
    teams = models.ManyToManyField(Team, related_name="+")
    needs_release = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    most_uses = models.PositiveIntegerField(default=1)
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)


class SignInLink(Record):
    """A one-click sign-in of the sample campaign. Only the hash of its token is kept."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()


class Session(AbstractBaseSession):
    """A browser: signed in when it has a user. Whose it is stands in a column, so that all of one person's can be ended
    at once; where from is kept as a network, never as an address."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    network = models.TextField(default="")
    device = models.TextField(default="")
    way = models.TextField(default="")  # how they signed in: password, passkey, single sign-on, link

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What a request changes of a session it knows is its content; the rest is kept by `actions.sessions`."""
        if kwargs.get("force_update"):
            kwargs["update_fields"] = ["session_data", "expire_date", "user"]
        super().save(*args, **kwargs)

    @classmethod
    def get_session_store_class(cls) -> Any:
        from .sessions import SessionStore  # noqa: PLC0415  (the store stands on this module)

        return SessionStore


class FailedTries(models.Model):
    """Wrong passwords and codes in a row under one key (an account, a known device, a network), and until when no more
    are heard: `actions.tries`."""

    key = models.CharField(max_length=200, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    until = models.DateTimeField()


class ApiToken(Record):
    """Lets a program act as its owner, within `scopes` ("person:see") and never beyond what the owner may do at that
    moment. The token itself is shown once; `prefix` finds it and only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    prefix = models.CharField(max_length=12, unique=True)
    token_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=80))
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SingleSignOn(Record):
    """An OpenID Connect provider that people of the house may sign in with. The issuer never changes: another one is
    another row, since a person is known by what its issuer calls them."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.TextField()
    issuer = models.TextField()
    client_id = models.TextField()
    client_secret = models.BinaryField()  # core.secrets.seal

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who did or read what. Append-only: the database refuses UPDATE and DELETE to the application's role."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    action = models.TextField()
    record_type = models.TextField(default="")
    record_uid = models.UUIDField(null=True)
    record_id = models.BigIntegerField(null=True)  # where the trail is written faster than uids are looked up
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["record_uid", "at"]),
            models.Index(fields=["actor_id", "at"]),
            models.Index(fields=["record_type", "record_id", "at"], name="access_audit_record"),
            BrinIndex(fields=["at"], name="access_audit_at"),
        ]


class AuditValues(models.Model):
    """What a change of the trail was from and to, in true values, shown by its reader's level. Beside the trail and not
    in it: nobody can rewrite them, but erasing a person takes them away, while the line about who changed which field
    and when stays."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.DO_NOTHING, primary_key=True, related_name="values")
    changes = models.JSONField()  # {field: [old, new]}


class RoleChange(Record):
    """A change of a role that waits for a second administrator, since more people could then read or edit something
    sensitive. Either single cells of the grid, which hold on whatever else the role grants, or the whole definition as
    it should be, good only for the version it was written against."""

    class State(models.TextChoices):
        WAITING, AGREED, REFUSED, WITHDRAWN = "waiting", "agreed", "refused", "withdrawn"

    role_slug = models.CharField(max_length=40)
    cells = models.JSONField(default=list)  # [{"record", "field", "was", "to"}]
    told = models.JSONField(null=True)
    written_against = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"], name="access_role_change_waiting")]


class Watch(models.Model):
    """What the campaign calls unusual, in one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    people_an_hour = models.PositiveIntegerField(default=40)


class HourOfReading(models.Model):
    """How many different records somebody opened, or read something sensitive of, in an hour of the clock: what is
    usual is told from these."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    people = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "hour"], name="access_hour_once")]
        indexes = [models.Index(fields=["hour"], name="access_hour_hour_idx")]


class Alert(Record):
    """Someone reads in an unusual way, or has reached the limit of a shift: one for each spell of it."""

    class Kind(models.TextChoices):
        READING, SHIFT = "reading", "shift"

    class State(models.TextChoices):
        OPEN, SEEN, CLOSED = "open", "seen", "closed"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    numbers = models.JSONField(default=dict)  # people, usual, colleagues, limit
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    seen_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "kind", "last_at"]), models.Index(fields=["state", "last_at"])]


class AlertTold(models.Model):
    """Whom an alert was told to on their desk, so that it is said there once."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "user"], name="access_alert_told_once")]
