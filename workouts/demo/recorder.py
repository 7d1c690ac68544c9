"""The device of the demo: an outing → the GPX file that a watch would have written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from xml.sax.saxutils import escape

import numpy as np

from .landscape import STEP_M, Floats, altitude, make_way, smooth_noise
from .outings import Outing

HOME = (47.0240, 4.8400)
METRES_PER_DEGREE = 111_194.9
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="Demo watch" xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">\n'
)


@dataclass(frozen=True)
class Manner:
    """How a sport is done: km/h on the flat, how much a slope slows, pulse, turns per minute."""

    flat_kmh: float
    slope_effect: float
    easy_pulse: int
    hard_pulse: int
    cadence: int = 0
    has_power: bool = False
    seconds_per_point: int = 4


STYLES = {
    1: Manner(26.5, 9.0, 112, 168, cadence=86, has_power=True, seconds_per_point=5),
    2: Manner(19.0, 7.0, 98, 142, seconds_per_point=5),
    3: Manner(4.7, 3.0, 88, 142, seconds_per_point=10),
    4: Manner(16.0, 7.0, 115, 172, cadence=74),
    5: Manner(10.6, 3.2, 132, 174, cadence=84, seconds_per_point=3),
    6: Manner(5.2, 2.5, 78, 112, seconds_per_point=8),
    8: Manner(9.0, 3.6, 128, 172, cadence=81),
}


@dataclass(frozen=True)
class Samples:
    """What the device wrote down, one value per point; `seconds` since the start."""

    seconds: Floats
    segment: Floats
    x: Floats
    y: Floats
    altitude_m: Floats
    speed_ms: Floats
    slope: Floats


def record(outing: Outing) -> bytes:
    """The GPX file of an outing, the same bytes for the same outing."""
    chance = np.random.default_rng(outing.seed)
    style = STYLES[outing.sport_id]
    samples = take_samples(outing, style, chance)
    sensors = measure_sensors(samples, style, outing, chance)
    lines = [HEAD, f"<trk><name>{escape(outing.title)}</name>\n"]
    lines += write_points(outing, samples, sensors)
    lines.append("</trk>\n</gpx>\n")
    return "".join(lines).encode()


def take_samples(outing: Outing, style: Manner, chance: np.random.Generator) -> Samples:
    """Go the way at a plausible speed, with stops and breaks, and note a point now and then."""
    x, y = make_way(outing, chance)
    height = altitude(x, y)
    slope = np.convolve(np.gradient(height, STEP_M), np.ones(9) / 9, "same")
    speed = speeds(slope, style, chance)
    clock = np.concatenate([[0.0], np.cumsum(STEP_M / speed[1:])])
    seconds, moving, segment = timetable(outing, style, clock[-1], chance)
    count = len(seconds)
    drift = style.flat_kmh / 3.6 * 4
    return Samples(
        seconds=seconds,
        segment=segment,
        x=np.interp(moving, clock, x) + 1.6 * smooth_noise(count, drift, chance),
        y=np.interp(moving, clock, y) + 1.6 * smooth_noise(count, drift, chance),
        altitude_m=np.interp(moving, clock, height) + 0.5 * smooth_noise(count, 40, chance),
        speed_ms=np.where(np.gradient(moving) > 0.1, np.interp(moving, clock, speed), 0),
        slope=np.interp(moving, clock, slope),
    )


def speeds(slope: Floats, style: Manner, chance: np.random.Generator) -> Floats:
    """Metres per second along the way: slower uphill, faster downhill, never quite even."""
    form = style.flat_kmh / 3.6 * chance.uniform(0.94, 1.06)
    effect = np.clip(np.exp(-style.slope_effect * slope), 0.35, 1.6)
    wobble = 1 + 0.07 * smooth_noise(len(slope), 60, chance)
    start = np.minimum(1, 0.6 + np.arange(len(slope)) / 60)
    return form * effect * start * np.clip(wobble, 0.7, 1.3)


def timetable(
    outing: Outing, style: Manner, moving_seconds: float, chance: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """For each point the seconds since the start, those spent moving, and its segment."""
    pauses = [True] * outing.breaks + [False] * outing.stops
    moments = chance.uniform(0.12, 0.9, len(pauses)) * moving_seconds
    step = style.seconds_per_point
    moving = np.arange(0, moving_seconds, step)
    seconds, segment = moving.copy(), np.zeros_like(moving)
    for moment, is_break in sorted(zip(moments, pauses, strict=True), reverse=True):
        at = int(moment / step)
        length = int(chance.integers(240, 1500) if is_break else chance.integers(20, 100))
        seconds[at:] += length
        if is_break:
            segment[at:] += 1
        else:
            still = np.arange(step, length, step) + seconds[at - 1]
            seconds = np.insert(seconds, at, still)
            moving = np.insert(moving, at, np.full(len(still), moving[at - 1]))
            segment = np.insert(segment, at, np.full(len(still), segment[at - 1]))
    return seconds, moving, segment


def measure_sensors(
    samples: Samples, style: Manner, outing: Outing, chance: np.random.Generator
) -> dict[str, Floats]:
    """What the sensors show: pulse, temperature, and where there is one, cadence and power."""
    count = len(samples.seconds)
    is_moving = samples.speed_ms > 0
    season = np.cos(2 * np.pi * (outing.start.timetuple().tm_yday - 20) / 365)
    sensors = {
        "hr": pulse(samples, style, chance),
        "atemp": 13 - 9 * season + 2 * smooth_noise(count, 400, chance),
    }
    if style.cadence:
        turning = is_moving & (samples.slope > -0.045)
        turns = style.cadence * (1 - 0.8 * np.clip(samples.slope, 0, 0.1))
        sensors["cad"] = np.where(turning, turns + 2 * smooth_noise(count, 6, chance), 0)
    if style.has_power:
        speed = samples.speed_ms
        # 82 kg against rolling resistance, slope and air.
        watts = 82 * 9.81 * (0.006 + samples.slope) * speed + 0.22 * speed**3
        sensors["power"] = np.clip(watts + 18 * smooth_noise(count, 4, chance), 0, 620)
    return sensors


def pulse(samples: Samples, style: Manner, chance: np.random.Generator) -> Floats:
    """Beats per minute that follow the effort with some delay and creep up over time."""
    count = len(samples.seconds)
    tired = samples.seconds / 36_000
    effort = 0.45 + 4 * samples.slope + tired + 0.12 * smooth_noise(count, 50, chance)
    effort = np.where(samples.speed_ms > 0, np.clip(effort, 0.1, 1), -0.3)
    target = style.easy_pulse + (style.hard_pulse - style.easy_pulse) * effort
    beats = np.empty(count)
    now = style.easy_pulse - 15.0
    for number in range(count):
        now += (target[number] - now) * min(style.seconds_per_point / 35, 1)
        beats[number] = now
    return beats


def write_points(outing: Outing, samples: Samples, sensors: dict[str, Floats]) -> Iterator[str]:
    """The `trkseg` elements, one line per point."""
    latitude = HOME[0] + samples.y / METRES_PER_DEGREE
    longitude = HOME[1] + samples.x / (METRES_PER_DEGREE * np.cos(np.radians(HOME[0])))
    for segment in range(outing.breaks + 1):
        yield "<trkseg>\n"
        for point in np.flatnonzero(samples.segment == segment):
            moment = outing.start + timedelta(seconds=round(samples.seconds[point]))
            yield (
                f'<trkpt lat="{latitude[point]:.6f}" lon="{longitude[point]:.6f}">'
                f"<ele>{samples.altitude_m[point]:.1f}</ele>"
                f"<time>{moment:%Y-%m-%dT%H:%M:%SZ}</time>"
                f"<extensions>{write_sensors(sensors, int(point))}</extensions></trkpt>\n"
            )
        yield "</trkseg>\n"


def write_sensors(sensors: dict[str, Floats], point: int) -> str:
    """Power stands alone, the others in Garmin's extension, in the order of its schema."""
    values = {name: round(float(channel[point])) for name, channel in sensors.items()}
    power = f"<power>{values['power']}</power>" if "power" in values else ""
    others = "".join(
        f"<gpxtpx:{name}>{values[name]}</gpxtpx:{name}>"
        for name in ("atemp", "hr", "cad")
        if name in values
    )
    return f"{power}<gpxtpx:TrackPointExtension>{others}</gpxtpx:TrackPointExtension>"
