from django.db import migrations

SPORTS = [
    (1, "Cycling (Sport)", 1.0),
    (2, "Cycling (Transport)", 1.0),
    (3, "Hiking", 0.1),
    (4, "Mountain Biking", 1.0),
    (5, "Running", 1.0),
    (6, "Walking", 0.1),
    (7, "Mountain Biking (Electric)", 1.0),
    (8, "Trail", 0.1),
    (9, "Skiing (Alpine)", 1.0),
    (10, "Skiing (Cross Country)", 0.1),
    (11, "Rowing", 1.0),
    (12, "Snowshoes", 0.1),
]


def add_sports(apps, schema_editor):
    sport_model = apps.get_model("workouts", "Sport")
    for sport_id, label, threshold in SPORTS:
        sport_model.objects.update_or_create(
            id=sport_id, defaults={"label": label, "stopped_speed_threshold_kmh": threshold}
        )


class Migration(migrations.Migration):
    dependencies = [("workouts", "0001_initial")]
    operations = [migrations.RunPython(add_sports, migrations.RunPython.noop)]
