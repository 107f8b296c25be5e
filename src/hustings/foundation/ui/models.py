"""The campaign this house belongs to: one row, what every page says about it."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Campaign(models.Model):
    """A single row with id 1. Pages before it is written show its defaults (`queries.campaign()`)."""

    name = models.CharField(_("name"), max_length=120, default="Hustings")
    candidate = models.CharField(_("candidate"), max_length=120, blank=True)
    domain = models.CharField(_("mail and web domain"), max_length=253, blank=True)
    hue = models.PositiveSmallIntegerField(_("hue of the brand"), default=168, validators=[MaxValueValidator(359)])
    paid_for_by = models.CharField(_("paid for by"), max_length=240, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    help_phone = models.CharField(
        _("help line"), max_length=32, blank=True, validators=[RegexValidator(r"^[0-9+(). \-]+$")]
    )
    help_hours = models.CharField(_("hours of the help line"), max_length=120, blank=True)
    is_sample = models.BooleanField(_("a sample campaign"), default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ui_one_campaign")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        if "/" in self.domain or "@" in self.domain:
            raise ValidationError({"domain": _("Write the domain alone, like example.org.")})

    @property
    def brand_words(self) -> tuple[str, str]:
        """The name cut for the masthead: ("Adair", "for America")."""
        first, _space, rest = self.name.partition(" ")
        return first, rest

    @property
    def paid_line(self) -> str:
        return self.paid_for_by or self.name

    @property
    def phone_link(self) -> str:
        digits = "".join(c for c in self.help_phone if c.isdigit() or c == "+")
        return f"tel:{digits}" if digits.startswith("+") else f"tel:+1{digits}" if digits else ""
