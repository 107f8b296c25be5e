import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0008_public_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="WordsOfText",
            fields=[
                ("text_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("language", models.CharField(max_length=8)),
                ("mark", models.CharField(max_length=32)),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "titles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
            ],
        ),
    ]
