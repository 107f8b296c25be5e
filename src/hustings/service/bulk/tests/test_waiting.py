"""Who is told that a bulk reply waits is who may approve it: asked of one, and of rows."""

import pytest

from hustings.foundation.access.models import User
from hustings.service.answers.models import Article, ArticleKind
from hustings.service.bulk.actions import approving
from hustings.service.bulk.models import BulkReply
from hustings.service.bulk.queries.bulks import waiting_count, waiting_for
from hustings.service.bulk.rules import approvable_by, may_approve
from hustings.service.correspondence.tests.replying import NOW, cast

from .many import drafted, writers

pytestmark = pytest.mark.django_db
ROLES = ("administrator", "director", "lead", "volunteer", "voter-protection", "observer", "press")


@pytest.mark.parametrize("kind", [ArticleKind.GENERAL, ArticleKind.VOTING])
def test_the_rule_of_one_and_that_of_rows_are_the_same(kind: str) -> None:
    us = cast()
    bulk = drafted(us, writers(us, 2))
    approving.ask_approval(actor=us.lead, bulk=bulk, now=NOW)
    Article.objects.filter(pk=bulk.article_id).update(kind=kind)
    bulk = BulkReply.objects.select_related("article").get(pk=bulk.pk)
    others = [User.objects.create(email=f"{role}@campaign.example", name=role, roles=[role]) for role in ROLES]
    may = []
    for user in (us.lead, us.administrator, us.volunteer, *others):
        allowed = may_approve(user, bulk)
        assert BulkReply.objects.filter(approvable_by(user), pk=bulk.pk).exists() == allowed, user.email
        assert waiting_count(user) == len(waiting_for(user)) <= int(allowed), user.email
        may.append(allowed)
    assert may[:2] == [False, True]  # not who wrote it
    assert may[-1] is False
    assert may[-3] == (kind == ArticleKind.VOTING)  # voter protection
