"""What the natures of letters are called."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NATURES = {
    "question": gettext_lazy("Questions"),
    "volunteering": gettext_lazy("Volunteering"),
    "donation": gettext_lazy("Donations"),
    "invitation": gettext_lazy("Invitations"),
    "story": gettext_lazy("Stories"),
    "opinion": gettext_lazy("Opinions"),
    "complaint": gettext_lazy("Complaints"),
    "press": gettext_lazy("Press"),
    "election_incident": gettext_lazy("Election incidents"),
    "threat": gettext_lazy("Threats"),
    "crisis": gettext_lazy("People in crisis"),
    "thanks": gettext_lazy("Thanks"),
    "other": gettext_lazy("Everything else"),
}


def nature_name(slug: str) -> str:
    """In words; "" is what nobody has sorted."""
    return str(NATURES.get(slug, "")) or (slug or _("Not sorted yet"))
