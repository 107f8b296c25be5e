from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_wordings")]

    operations = [
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("message_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("inquiry_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("name", models.TextField(blank=True, default="")),
                ("subject", models.TextField(blank=True, default="")),
                ("state_code", models.CharField(blank=True, default="", max_length=2)),
                ("language", models.CharField(blank=True, default="", max_length=8)),
                ("numbers", models.BinaryField()),
                ("told", models.JSONField(null=True)),
            ],
            options={"abstract": False},
        ),
    ]
