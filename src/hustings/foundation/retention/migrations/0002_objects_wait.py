from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial")]

    operations = [
        migrations.RenameField("objectremoval", "asked_at", "due_at"),
        migrations.AlterField("objectremoval", "due_at", models.DateTimeField(db_index=True)),
    ]
