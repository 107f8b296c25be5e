"""What the rail of every page asks."""

from django.db import connection

from hustings.foundation.access.models import User

# Whoever gave this person their voice counts here whether they are away today or not: who is, is asked afterwards.
_GLANCE = """
with voices as (
    select %(user)s::bigint as id, %(roles)s::text[] as roles
    union all
    select u.id, u.roles from automation_delegation d join access_user u on u.id = d.user_id
    where d.to_id = %(user)s and d.ended_at is null and u.is_active
)
select (select count(*) from automation_notice n where n.user_id = %(user)s and n.seen_at is null),
       exists (select 1 from automation_approvalrequest r
               where r.state = 'waiting' and r.requester_id <> %(user)s and exists (
                   select 1 from voices v where v.id = any(r.asked) or r.asked_roles::text[] && v.roles::text[]))
"""


def at_a_glance(user: User) -> tuple[int, bool]:
    """How many notices this person has not seen, and whether an approval may wait for their word: only then need it be
    asked which (`approvals.waiting_for`)."""
    with connection.cursor() as cursor:
        cursor.execute(_GLANCE, {"user": user.pk, "roles": list(user.roles)})
        notices, may_wait = cursor.fetchone()
        return notices, may_wait
