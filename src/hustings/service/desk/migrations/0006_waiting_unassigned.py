from django.db import migrations

# What waits has nobody yet, and hardly anything else has nobody: taken for independent of each other, status and
# assignee make the planner expect a hundredth of the rows there are, and sort them all instead of walking the index.
MAKE = "create statistics desk_waiting_unassigned (mcv) on status, assignee_id from desk_inquiry"
# A large table changes too slowly to be looked at again by itself soon.
LOOK = """
do $$ begin if exists (select from desk_inquiry) then analyze desk_inquiry (status, assignee_id); end if; end $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0005_what_letters_are_about"),
    ]

    operations = [
        migrations.RunSQL(MAKE, "drop statistics desk_waiting_unassigned"),
        migrations.RunSQL(LOOK, migrations.RunSQL.noop),
    ]
