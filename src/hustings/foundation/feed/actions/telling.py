"""Telling those who follow, each only what they may see: their own topic changes, and their page asks again."""

from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Post
from ..queries.following import followers, type_followers
from ..queries.seen import may_see


@action
def tell_followers(*, post_id: int) -> list[int]:
    """Publish on `user:<id>` of everyone in whose stream the post stands by following; the ids of those told."""
    post = Post.objects.filter(pk=post_id, withdrawn_at=None).first()
    if post is None:
        return []
    ref = (post.record_type, post.record_id)
    people = {person.pk: person for person in [*followers(ref), *type_followers(ref)] if person.pk != post.author_id}
    told = sorted(key for key, person in people.items() if may_see(person, ref))
    if told:
        live.publish(f"user:{key}" for key in told)
    return told
