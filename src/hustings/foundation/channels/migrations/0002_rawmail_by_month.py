from django.db import migrations

# The bytes are compressed before they come here: EXTERNAL spares PostgreSQL trying again.
CREATE = """
create table channels_rawmail (
    delivery_id bigint not null,
    received_at timestamptz not null,
    raw bytea not null,
    primary key (delivery_id, received_at)
) partition by range (received_at);
alter table channels_rawmail alter column raw set storage external;
create table channels_rawmail_default partition of channels_rawmail default;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "drop table channels_rawmail")]
