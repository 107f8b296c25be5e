from django.db import migrations, models

# As before, and with an index its statistics: the planner heeds none of an index that is of one object's rows alone,
# and without took every bound for one that a third of the records fit.
INDEX = """
create or replace function objects_index_field(field bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '10s' as $$
declare
    one objects_fieldtype;
    compared text;
    name text := 'objects_v_' || field;
    known text := 'objects_s_' || field;
    place text;
begin
    select * into one from objects_fieldtype where id = field;
    if not found then
        raise exception 'there is no field %', field;
    end if;
    if not one.is_indexed or one.withdrawn_at is not null then
        execute format('drop index if exists %I', name);
        execute format('drop statistics if exists %I', known);
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
        place := 'objects_customrecord';
        execute format('create index if not exists %I on objects_customrecord (%I("values", %L), id)'
            ' where object_id = %s', name, compared, one.slug, one.object_id);
    else
        place := 'objects_fieldvalue';
        execute format('create index if not exists %I on objects_fieldvalue (%I("values", %L), record_id)'
            ' where record = %L', name, compared, one.slug, one.record);
    end if;
    execute format('create statistics if not exists %I on (%I("values", %L)) from %I', known, compared, one.slug, place);
    execute format('analyze %I', place);
    return true;
end
$$;
select objects_index_field(id) from objects_fieldtype where index_state = 'ready';
"""


class Migration(migrations.Migration):
    dependencies = [("objects", "0003_import_file")]
    operations = [
        migrations.AddField(model_name="fieldtype", name="earned_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(INDEX, migrations.RunSQL.noop),
    ]
