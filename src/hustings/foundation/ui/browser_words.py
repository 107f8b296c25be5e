"""What the browser's own script says (frontend/src/js/words.js), so that it is translated with everything else."""

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

WORDS = {
    "maybe": _("Already answered, perhaps"),
    "maybe_n": _("Perhaps answered already: %(n)s questions below the field"),
    "undo": _("Undo"),
    "mentions": _("People and teams"),
    "mentions_found": _("%(n)s found. Arrow keys choose, Enter takes."),
    "close": _("Close"),
    "chosen_one": _("1 chosen"),
    "chosen": _("%(n)s chosen"),
    "saved": _("Saved"),
    "saving": _("Saving"),
    "not_saved": _("Not saved, kept here"),
    "newer_draft": _("Not saved: somebody else saved a newer draft. Yours is kept here."),
    "brought_back": _("Brought back what had not been saved"),
    "kept_other": _("Other words, not saved, are kept in this browser."),
    "bring_back": _("Bring them back"),
    "offline": _("The server cannot be reached. Nothing was changed; try again in a moment."),
    "forbidden": _("Your role does not allow that. Nothing was changed."),
    "gone": _("That is no longer there. Somebody may have moved it; load the page again."),
    "slower": _("That was too fast for the server. Nothing was changed; wait a little and try again."),
    "broken": _("Something broke on our side and was written down. Nothing was changed; try again."),
    "min_left": _("%(n)s min left"),
    "h_left": _("%(n)s h left"),
    "min_over": _("%(n)s min over"),
    "h_over": _("%(n)s h over"),
    "days_over": _("%(n)s days over"),
    "tomorrow": _("Tomorrow"),
    "today_at": _("Today, %(time)s"),
    "yesterday_at": _("Yesterday, %(time)s"),
    "date_at": _("%(date)s, %(time)s"),
    "just_now": _("just now"),
    "min_ago": _("%(n)s min ago"),
    "h_ago": _("%(n)s h ago"),
}


def translated() -> dict[str, str]:
    """All of them in the language of this page."""
    return _in(get_language() or "")


@lru_cache(maxsize=32)
def _in(language: str) -> dict[str, str]:
    return {name: str(words) for name, words in WORDS.items()}
