from django.db import migrations


def mark_waiting(apps, schema_editor):
    """Who was never let in nor shut out has registered and waits."""
    never_in = apps.get_model("accounts", "User").objects.filter(
        is_active=False, is_shut_out=False, last_login__isnull=True
    )
    never_in.update(waits_for_confirmation=True)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_waiting_accounts"),
    ]

    operations = [
        migrations.RunPython(mark_waiting, migrations.RunPython.noop),
    ]
