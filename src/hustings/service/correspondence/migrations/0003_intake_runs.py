import django.db.models.deletion
from django.db import migrations, models

import hustings.foundation.core.ids


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0002_messagebody_by_month")]

    operations = [
        migrations.CreateModel(
            name="IntakeChunk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="IntakeRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=hustings.foundation.core.ids.new_uid, editable=False, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("path", models.TextField()),
                ("fingerprint", models.TextField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterField(
            model_name="message",
            name="inquiry",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.inquiry"
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="person",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("kind", "duplicate"), _negated=True), ("restored_at__isnull", True)),
                fields=("message_key", "content_key"),
                name="correspondence_setaside_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakerun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at__isnull", True)),
                fields=("path", "fingerprint"),
                name="correspondence_run_open",
            ),
        ),
        migrations.AddField(
            model_name="intakechunk",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="chunks",
                to="correspondence.intakerun",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakechunk",
            constraint=models.UniqueConstraint(fields=("run", "position"), name="correspondence_chunk_once"),
        ),
    ]
