
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('budget', '0003_issued_notices_are_frozen'),
    ]

    operations = [
        migrations.AddField(
            model_name='feerate',
            name='proposed_in',
            field=models.ForeignKey(blank=True, help_text='En föreslagen avgift gäller först när budgeten är publicerad och dess plan beslutad.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposed_rates', to='budget.budget', verbose_name='föreslås i'),
        ),
    ]
