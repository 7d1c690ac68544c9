"""Which outings the demo account made: about forty in the year before a day."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

COUNT = 40
OLDEST_DAYS = 360


class Shape(Enum):
    LOOP = "loop"
    THERE_AND_BACK = "there and back"
    ONE_WAY = "one way"


@dataclass(frozen=True)
class Habit:
    """What somebody does again and again."""

    sport_id: int
    shape: Shape
    shortest_km: float
    longest_km: float
    hour: int
    titles: tuple[str, ...]
    notes: tuple[str, ...] = ("",)
    most_stops: int = 1
    most_breaks: int = 0


@dataclass(frozen=True)
class Outing:
    """One outing; `stops` are recorded standing still, `breaks` with the recording paused."""

    sport_id: int
    shape: Shape
    start: datetime
    distance_km: float
    title: str
    notes: str
    stops: int
    breaks: int
    seed: int


RUN = Habit(
    5,
    Shape.LOOP,
    6,
    11,
    6,
    ("Morning run", "Morning run", "Easy run", "Run before breakfast"),
    ("", "Legs were heavy, took it slow.", "", "Felt great, negative split!"),
)
TOWPATH = Habit(
    5, Shape.THERE_AND_BACK, 9, 16, 17, ("Long run", "Run along the canal"), ("", "Headwind back.")
)
RIDE = Habit(
    1,
    Shape.LOOP,
    32,
    68,
    9,
    ("Ride through the vineyards", "Sunday ride", "Round the villages"),
    ("", "", "Coffee stop in the village. New tyres roll well."),
    most_stops=3,
    most_breaks=2,
)
COMMUTE = Habit(2, Shape.ONE_WAY, 5.5, 7, 7, ("To work", "Ride to work"), most_stops=3)
HIKE = Habit(
    3,
    Shape.LOOP,
    9,
    15,
    8,
    ("Hike along the ridge", "Up to the cross", "Hike with friends"),
    ("", "Picnic at the top, view as far as the Alps.", ""),
    most_stops=4,
    most_breaks=2,
)
WALK = Habit(6, Shape.LOOP, 3, 6, 17, ("Evening walk", "Walk with the dog"), most_stops=2)
FOREST = Habit(
    4,
    Shape.LOOP,
    15,
    27,
    13,
    ("Forest trails", "Mud and roots"),
    ("", "Flat tyre at km 8, ten minutes lost."),
    most_stops=2,
    most_breaks=1,
)
TRAIL = Habit(
    8,
    Shape.THERE_AND_BACK,
    11,
    19,
    8,
    ("Over the hill", "Trail before the race"),
    ("", "Poles on the steep part."),
    most_stops=2,
)
ROTA = (RUN, RIDE, COMMUTE, TOWPATH, HIKE, WALK, RUN, FOREST, TRAIL, RIDE, RUN, WALK, HIKE)


def plan_outings(until: date) -> list[Outing]:
    """The outings before `until`, oldest first; closer together the more recent they are."""
    days_ago = [1 + round(OLDEST_DAYS * (number / (COUNT - 1)) ** 1.5) for number in range(COUNT)]
    return [
        make_outing(ROTA[number % len(ROTA)], until - timedelta(days=days))
        for number, days in reversed(list(enumerate(days_ago)))
    ]


def make_outing(habit: Habit, day: date) -> Outing:
    """The outing of one day; the same day and habit give the same outing."""
    seed = day.toordinal() * 100 + habit.sport_id
    chance = random.Random(seed)
    start = datetime.combine(day, time(habit.hour), UTC)
    return Outing(
        sport_id=habit.sport_id,
        shape=habit.shape,
        start=start + timedelta(seconds=chance.randrange(3000)),
        distance_km=chance.uniform(habit.shortest_km, habit.longest_km),
        title=chance.choice(habit.titles),
        notes=chance.choice(habit.notes),
        stops=chance.randint(0, habit.most_stops),
        breaks=chance.randint(0, habit.most_breaks),
        seed=seed,
    )
