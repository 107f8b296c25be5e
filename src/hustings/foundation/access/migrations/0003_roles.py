import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hustings.foundation.access.models
import hustings.foundation.core.ids


class Migration(migrations.Migration):
    dependencies = [("access", "0002_audit_append_only")]
    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "uid",
                    models.UUIDField(default=hustings.foundation.core.ids.new_uid, editable=False, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.TextField()),
                ("about", models.TextField(blank=True, default="")),
                ("grants", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={"abstract": False},
        ),
        migrations.AddField(
            model_name="user",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                default=hustings.foundation.access.models._volunteer,
                size=None,
            ),
        ),
        migrations.RunSQL(
            "update access_user set roles = array[role]",
            "update access_user set role = roles[1] where roles[1] is not null",
        ),
        migrations.RemoveField(model_name="user", name="role"),
        migrations.AddField(
            model_name="user",
            name="states",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=2), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="counties",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=5), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField("auditentry", "record_id", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["record_type", "record_id", "at"], name="access_audit_record")
        ),
        migrations.AlterField(model_name="invitation", name="role", field=models.CharField(max_length=40)),
    ]
