from django.db import migrations

# The trail still refuses UPDATE to everyone and DELETE of whatever is not the line of a reading and older than a year.
# Of those, only the owner has the right to delete any; the application's role asks this function, which looks at what
# and how old each is by itself and takes no other word for it.
GO = """
create or replace function access_audit_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_table_name = 'access_auditentry' then
        if old.action = 'read' and old.at < now() - interval '365 days' then
            return old;
        end if;
    end if;
    raise exception 'the audit trail is append-only';
end
$$;
create function access_let_go_of_readings(ids bigint[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint;
begin
    delete from access_auditentry
    where id = any(ids) and action = 'read' and at < now() - interval '365 days';
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke execute on function access_let_go_of_readings(bigint[]) from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'hustings_app') then
        grant execute on function access_let_go_of_readings(bigint[]) to hustings_app;
    end if;
end
$$;
"""
STAY = """
drop function access_let_go_of_readings(bigint[]);
create or replace function access_audit_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only';
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_watching_and_role_changes")]
    operations = [migrations.RunSQL(GO, STAY)]
