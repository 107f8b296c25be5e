from django.db import migrations

# The database lets no reading go that a hold in force names: by a person, by a conversation, or by the time at which it
# was read. What else belongs to those (a merged person's records, the conversations of a queue, a colleague who is
# under hold) `queries.holding` finds, before the database is asked.
KEEP = """
create function retention_holds_reading(record_type text, record_id bigint, read_at timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from retention_term term join retention_hold hold on hold.id = term.hold_id
        where hold.released_at is null and (
            (term.kind = 'people' and $1 = 'person' and $2 = any(term.ids))
            or (term.kind = 'conversations' and $1 = 'inquiry' and $2 = any(term.ids))
            or (term.kind = 'period' and (term.since is null or $3 >= term.since)
                and (term.until is null or $3 <= term.until))
        )
    )
$$;
create or replace function access_audit_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_table_name = 'access_auditentry' then
        if old.action = 'read' and old.at < now() - interval '365 days' then
            if retention_holds_reading(old.record_type, old.record_id, old.at) then
                raise exception 'a legal hold keeps this line of the audit trail';
            end if;
            return old;
        end if;
    end if;
    raise exception 'the audit trail is append-only';
end
$$;
create or replace function access_let_go_of_readings(ids bigint[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint;
begin
    delete from access_auditentry
    where id = any(ids) and action = 'read' and at < now() - interval '365 days'
        and not retention_holds_reading(record_type, record_id, at);
    get diagnostics gone = row_count;
    return gone;
end
$$;
"""
FORGET = """
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
create or replace function access_let_go_of_readings(ids bigint[]) returns bigint
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
drop function retention_holds_reading(text, bigint, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0002_objects_wait"), ("access", "0006_readings_go")]
    operations = [migrations.RunSQL(KEEP, FORGET)]
