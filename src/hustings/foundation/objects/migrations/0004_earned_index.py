from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("objects", "0003_import_file")]
    operations = [
        migrations.AddField(model_name="fieldtype", name="earned_at", field=models.DateTimeField(null=True)),
    ]
