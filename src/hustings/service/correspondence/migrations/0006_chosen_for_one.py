from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0005_mail_for_the_feed"),
    ]

    operations = [
        migrations.AddField(
            model_name="citation",
            name="of_many",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(condition=models.Q(("of_many", False)), fields=["id"], name="correspondence_chosen"),
        ),
    ]
