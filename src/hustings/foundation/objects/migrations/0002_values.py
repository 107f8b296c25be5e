from django.db import migrations

# How values are compared and sorted. Immutable, so that an index can stand on them; never an error, whatever is kept.
COMPARED = """
create function objects_text("values" jsonb, slug text) returns text
language sql immutable parallel safe as $$ select lower(left("values" ->> slug, 200)) $$;
create function objects_number("values" jsonb, slug text) returns numeric
language sql immutable parallel safe as $$
    select case when jsonb_typeof("values" -> slug) = 'number' then ("values" -> slug)::numeric end
$$;
create function objects_place("values" jsonb, slug text) returns text
language sql immutable parallel safe as $$
    select case when jsonb_typeof("values" -> slug) = 'object' then lower(left(
        coalesce("values" -> slug ->> 'state', '') || ' ' || coalesce("values" -> slug ->> 'city', '') || ' '
        || coalesce("values" -> slug ->> 'zip', '') || ' ' || coalesce("values" -> slug ->> 'street', ''), 200)) end
$$;
"""
# The application's role may not make an index. This makes or takes away that of one field, with the owner's rights; all
# it is told is the field's id, and what it finds there must look as fields do.
INDEX = """
create function objects_index_field(field bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '10s' as $$
declare
    one objects_fieldtype;
    compared text;
    name text := 'objects_v_' || field;
begin
    select * into one from objects_fieldtype where id = field;
    if not found then
        raise exception 'there is no field %', field;
    end if;
    if not one.is_indexed or one.withdrawn_at is not null then
        execute format('drop index if exists %I', name);
        return false;
    end if;
    compared := case
        when one.kind in ('number', 'money', 'link') then 'objects_number'
        when one.kind = 'place' then 'objects_place'
        when one.kind in ('text', 'date', 'choice', 'yes_no', 'email', 'phone') then 'objects_text'
    end;
    if compared is null or one.slug !~ '^[a-z][a-z0-9_]{0,39}$' or one.record !~ '^[a-z][a-z0-9_]{0,39}$' then
        raise exception 'field % cannot be indexed', field;
    end if;
    if one.object_id is not null then
        execute format('create index if not exists %I on objects_customrecord (%I("values", %L), id)'
            ' where object_id = %s', name, compared, one.slug, one.object_id);
    else
        execute format('create index if not exists %I on objects_fieldvalue (%I("values", %L), record_id)'
            ' where record = %L', name, compared, one.slug, one.record);
    end if;
    if one.object_id is not null then  -- the planner knows an expression by its statistics
        analyze objects_customrecord;
    else
        analyze objects_fieldvalue;
    end if;
    return true;
end
$$
"""
GONE = """
drop function objects_index_field(bigint);
drop function objects_text(jsonb, text);
drop function objects_number(jsonb, text);
drop function objects_place(jsonb, text);
"""


class Migration(migrations.Migration):
    dependencies = [("objects", "0001_initial")]
    operations = [migrations.RunSQL(COMPARED + INDEX, GONE)]
