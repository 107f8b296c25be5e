from django.db import migrations

CREATE = """
create sequence timeline_entry_id_seq as bigint;
create table timeline_entry (
    id bigint not null default nextval('timeline_entry_id_seq'),
    at timestamptz not null,
    person_id bigint not null,
    kind varchar(40) not null,
    ref uuid,
    actor_id bigint,
    detail jsonb,
    primary key (id, at)
) partition by range (at);
create table timeline_entry_default partition of timeline_entry default;
create index timeline_entry_person on timeline_entry (person_id, at desc);
create function timeline_entry_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the timeline is append-only';
end
$$;
create trigger timeline_entry_append_only before update on timeline_entry
    for each row execute function timeline_entry_append_only();
"""
DROP = "drop table timeline_entry; drop sequence timeline_entry_id_seq; drop function timeline_entry_append_only()"


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
