import django.db.models.deletion
from django.db import migrations, models

import hustings.foundation.core.ids

# The application's role may not drop a table. This runs with the owner's rights, and only for a month of raw mail whose
# every letter is in a file that was read back: it looks by itself and takes nobody's word for it. Nobody can write to
# the month while it looks; who reads it meanwhile is waited for, a short while.
DROP = """
create function channels_drop_archived(month date) returns bigint
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '5s' as $$
declare
    child text := 'channels_rawmail_' || to_char(month, 'YYYY_MM');
    rows_there bigint;
    unsafe bigint;
begin
    if to_regclass(child) is null then
        return 0;
    end if;
    execute format('lock table %I in share mode', child);
    execute format(
        'select count(*), count(*) filter (where f.checked_at is null or d.outcome = %L) from %I r'
        ' left join channels_archivedmail a on a.delivery_id = r.delivery_id'
        ' left join channels_archivefile f on f.id = a.file_id'
        ' left join channels_delivery d on d.id = r.delivery_id', '', child)
        into rows_there, unsafe;
    if unsafe > 0 then
        raise exception '% of % letters of % are not safe in the archive', unsafe, rows_there, month
            using errcode = 'HU001';
    end if;
    execute format('drop table %I', child);
    return rows_there;
end
$$;
revoke execute on function channels_drop_archived(date) from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'hustings_app') then
        grant execute on function channels_drop_archived(date) to hustings_app;
    end if;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_mail_for_the_feed")]
    operations = [
        migrations.CreateModel(
            name="ArchiveFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "uid",
                    models.UUIDField(default=hustings.foundation.core.ids.new_uid, editable=False, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("month", models.DateField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.PositiveBigIntegerField()),
                ("checked_at", models.DateTimeField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="ArchivedMail",
            fields=[
                ("delivery_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("offset", models.PositiveBigIntegerField()),
                ("length", models.PositiveIntegerField()),
                ("key", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.archivefile"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(DROP, "drop function channels_drop_archived(date)"),
    ]
