"""The shared recordings show the numbers that FitTrackee 0.7 and gpxpy give them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracks.analysis.series import Chart, chart
from tracks.analysis.summary import Bounds, Figures, SegmentSummary, Summary, summarise
from tracks.codec import decode, encode
from tracks.errors import TrackError
from tracks.model import Track
from tracks.readers import read_track

ACTIVITIES = Path(__file__).resolve().parents[3] / "shared/data/activities"
# Refused by gpxpy for one unknown <fix>; a recording all the same.
READABLE = {"bad/dilution-of-precision.gpx"}
THRESHOLDS = ["1.0", "0.1"]


def expected(name: str) -> dict[str, Any]:
    path = ACTIVITIES / name
    return json.loads(path.read_text())["files"] if path.exists() else {}


GPX = {name: row for name, row in expected("expected.json").items() if name.endswith(".gpx")}
GOOD = {name: row for name, row in GPX.items() if "error" not in row}
BAD = {name for name, row in GPX.items() if "error" in row} - READABLE
STRESS = expected("expected-stress.json")

pytestmark = pytest.mark.skipif(not GPX, reason="the shared recordings are not beside the project")


def test_all_shared_recordings_are_tried():
    assert len(GOOD) > 30
    assert len(BAD) > 5


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("name", sorted(GOOD))
def test_numbers_of_a_recording(name: str, threshold: str):
    check_summary(read_track((ACTIVITIES / name).read_bytes()), GOOD[name], threshold)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_numbers_of_a_recording_that_was_stored(name: str):
    stored = decode(encode(read_track((ACTIVITIES / name).read_bytes())))
    check_summary(stored, GOOD[name], "1.0")


@pytest.mark.parametrize("name", sorted(GOOD))
def test_chart_of_a_recording(name: str):
    check_chart(chart(read_track((ACTIVITIES / name).read_bytes())), GOOD[name])


@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_recording_is_refused_with_a_sentence(name: str):
    with pytest.raises(TrackError) as refused:
        read_track((ACTIVITIES / name).read_bytes())
    assert str(refused.value.messages[0]).endswith(".")


@pytest.mark.skipif(not (ACTIVITIES / "bad").exists(), reason="no shared recordings")
def test_unknown_fix_does_not_cost_the_recording():
    track = read_track((ACTIVITIES / "bad/dilution-of-precision.gpx").read_bytes())
    assert track.point_count == 3


@pytest.mark.parametrize("name", sorted(STRESS))
def test_numbers_of_a_large_or_unusual_recording(name: str, stress_folder: Path):
    track = read_track((stress_folder / name).read_bytes())
    for threshold in THRESHOLDS:
        check_summary(track, STRESS[name], threshold)
    check_chart(chart(track), STRESS[name])


@pytest.fixture(scope="module")
def stress_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stress")
    presets = [Path(name).stem.removeprefix("synthetic-") for name in STRESS]
    source = ACTIVITIES / "gpx/garmin-connect-long-ride.gpx"
    script = [sys.executable, str(ACTIVITIES / "make_stress.py"), *presets]
    subprocess.run(
        [*script, "--to", str(folder), "--source", str(source)], check=True, capture_output=True
    )
    return folder


def check_summary(track: Track, row: dict[str, Any], threshold: str) -> None:
    summary = summarise(track, stopped_below_kmh=float(threshold))
    assert shown(summary, track) == {
        key: row[key] for key in ("tracks", "segments", "points", "title", "start")
    }
    assert has_bounds(summary.bounds, row["bounds"])
    check_figures(summary, row, threshold)
    check_segments(summary.segments, row["segment_values"], threshold)
    assert sensors_of(track) == row["sensors"]


def shown(summary: Summary, track: Track) -> dict[str, Any]:
    return {
        "tracks": len(track.tracks) - 1,
        "segments": track.segment_count,
        "points": track.point_count,
        "title": summary.title or None,
        "start": summary.start.isoformat().replace("+00:00", "Z"),
    }


def has_bounds(bounds: Bounds, wanted: list[float]) -> bool:
    # gpxpy gives none where an extreme is 0.
    return not wanted or [bounds.min_lat, bounds.min_lon, bounds.max_lat, bounds.max_lon] == wanted


def check_figures(figures: Figures, row: dict[str, Any], threshold: str) -> None:
    by_threshold = row["by_threshold_kmh"][threshold]
    assert {
        "duration_s": figures.duration.total_seconds(),
        "distance_km": figures.distance_km,
        "min_alt_m": figures.min_alt_m,
        "max_alt_m": figures.max_alt_m,
        "ascent_m": figures.ascent_m,
        "descent_m": figures.descent_m,
        "moving_s": figures.moving.total_seconds(),
        "pauses_s": figures.pauses.total_seconds(),
        "ave_speed_kmh": figures.ave_speed_kmh,
        "max_speed_kmh": figures.max_speed_kmh,
    } == {key: row[key] for key in FIGURES} | by_threshold


FIGURES = ("duration_s", "distance_km", "min_alt_m", "max_alt_m", "ascent_m", "descent_m")


def check_segments(segments: tuple[SegmentSummary, ...], rows: Any, threshold: str) -> None:
    # Of a thousand segments only the first and the last are listed.
    if isinstance(rows, dict):
        segments, rows = (segments[0], segments[-1]), [rows["first"], rows["last"]]
    assert [segment.point_count for segment in segments] == [row["points"] for row in rows]
    for segment, row in zip(segments, rows, strict=True):
        check_figures(segment, row, threshold)


def sensors_of(track: Track) -> dict[str, Any]:
    found = {kind: values[~np.isnan(values)] for kind, values in track.sensors.items()}
    return {
        kind: {
            "count": len(values),
            "min": values.min(),
            "max": values.max(),
            "mean": round(float(values.mean()), 2),
        }
        for kind, values in found.items()
    }


def check_chart(drawn: Chart, row: dict[str, Any]) -> None:
    assert len(drawn) == row["chart"]["points"]
    for place, wanted in ((0, row["chart"]["first"]), (-1, row["chart"]["last"])):
        assert {
            "distance_km": drawn.distance_km[place],
            "duration_s": drawn.duration_s[place],
            "elevation_m": drawn.elevation_m[place],
            "speed_kmh": drawn.speed_kmh[place],
            "latitude": drawn.latitude[place],
            "longitude": drawn.longitude[place],
        } == {key: value for key, value in wanted.items() if key != "time"}
        assert drawn.time[place] == np.datetime64(wanted["time"].removesuffix("Z"), "us")
