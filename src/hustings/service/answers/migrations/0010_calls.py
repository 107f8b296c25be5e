from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0009_words_of_texts"),
        ("people", "__first__"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(  # what was noted of calls stays on the correction's page
            "update answers_correctionrecipient set because = concat_ws(' ', nullif(because, ''), call_note)"
            " where call_note <> ''",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(model_name="correctionrecipient", name="call_note"),
        migrations.AddField(model_name="correctionrecipient", name="about", field=models.UUIDField(null=True)),
        migrations.AlterField(
            model_name="correctionrecipient",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to leave"),
                    ("leaving", "Leaving"),
                    ("sent", "Sent"),
                    ("uncertain", "Uncertain"),
                    ("to_call", "To be called"),
                    ("called", "Called"),
                    ("given_up", "Not reached"),
                    ("silent", "Asked not to be contacted"),
                ],
                default="waiting",
                max_length=9,
            ),
        ),
        migrations.AddIndex(
            model_name="correctionrecipient",
            index=models.Index(condition=models.Q(("state", "to_call")), fields=["person"], name="answers_to_call"),
        ),
    ]
