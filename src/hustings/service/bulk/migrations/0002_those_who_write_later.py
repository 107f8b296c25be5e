import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bulk", "0001_initial"), ("campaigns", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="bulkreply",
            name="standing_reply",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="campaigns.standingreply",
            ),
        ),
        migrations.AddField(
            model_name="bulkreply",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="bulk.bulkreply",
            ),
        ),
    ]
