from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0004_archive"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("matter__startswith", "reply:"), ("state", "waiting")),
                fields=["not_before"],
                name="channels_outgoing_written",
            ),
        ),
    ]
