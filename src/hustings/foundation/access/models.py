"""Who works here: users, teams, invitations, and the trail of what was touched."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.models import Record


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    LEAD = "lead", _("Team lead")
    VOLUNTEER = "volunteer", _("Volunteer")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. E-mail is kept in lower case and is the name to sign in with."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    email = models.TextField(unique=True)
    name = models.TextField()
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VOLUNTEER)
    is_active = models.BooleanField(default=True)
    access_ends_at = models.DateTimeField(null=True, blank=True)
    # A new volunteer's replies wait for a lead, until the lead lifts it for this person.
    needs_release = models.BooleanField(default=True)
    # May see and print sealed threats; is called when one comes.
    is_security_lead = models.BooleanField(default=False)
    # Trained to answer people in crisis.
    is_crisis_trained = models.BooleanField(default=False)
    single_keys = models.BooleanField(default=True)
    time_zone = models.TextField(default="America/New_York")
    language = models.CharField(max_length=8, default="en")
    theme = models.CharField(max_length=8, default="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.strip() else self.email

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    @property
    def leads(self) -> bool:
        """Whether this person leads (an administrator does, everywhere)."""
        return self.role in (Role.ADMINISTRATOR, Role.LEAD)


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
    role = models.CharField(max_length=20, choices=Role.choices)
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


class AuditEntry(models.Model):
    """Who did or read what. Append-only: the database refuses UPDATE and DELETE to the application's role."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    action = models.TextField()
    record_type = models.TextField(default="")
    record_uid = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["record_uid", "at"]), models.Index(fields=["actor_id", "at"])]
