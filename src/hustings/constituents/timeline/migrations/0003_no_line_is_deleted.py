from django.db import migrations

CREATE = """
create trigger timeline_entry_stays before delete on timeline_entry
    for each row execute function timeline_entry_append_only();
"""
DROP = "drop trigger timeline_entry_stays on timeline_entry"


class Migration(migrations.Migration):
    dependencies = [("timeline", "0002_entry_by_month")]
    operations = [migrations.RunSQL(CREATE, DROP)]
