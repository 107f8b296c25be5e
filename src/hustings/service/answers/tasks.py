"""What goes on all the time in the worker, and what answers tells insight."""

from collections.abc import Iterable

from hustings.constituents.insight import registry as insight
from hustings.foundation.access.models import User
from hustings.foundation.core import loops

from .models import Category
from .public.words import refresh_words
from .queries import visible_to


def titles(user: User, subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What the articles that are counted are called, of those this user may see."""
    found = visible_to(user).filter(uid__in=list(subjects))
    return {str(article.uid): (article.title, article.get_absolute_url()) for article in found}


def categories() -> dict[str, str]:
    return {category.slug: category.name_in("en") for category in Category.objects.all()}


def register() -> None:
    """Called once, when the app is ready."""
    loops.register_loop(loops.Loop("answers.words", "worker", refresh_words, every=20.0))
    insight.name_subjects(titles)
    insight.name_topics(categories)
    insight.registry.write_at = "answers:make"
