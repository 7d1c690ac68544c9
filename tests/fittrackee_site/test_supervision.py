"""The parts of a running site: which may die, and what happens then. Real processes throughout."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fittrackee_site import supervision
from fittrackee_site.supervision import LONGEST_PAUSE_S, Part, Pauses
from tests.running import children_of, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = """
import sys
from pathlib import Path
from fittrackee_site import supervision
supervision.FIRST_PAUSE_S = 0.1
supervision.GRACE_S = 2
folder = Path(sys.argv[1])
web = supervision.Part("web", [sys.executable, "-c", sys.argv[2]], folder)
other = supervision.Part("other", [sys.executable, "-c", sys.argv[3]], folder)
sys.exit(supervision.run_site(web, [other]))
"""
SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def start(folder: Path, web: str, other: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), web, other], cwd=ROOT)


def test_pauses_grow_up_to_a_limit():
    pauses = Pauses()
    assert [pauses.take() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pauses.next_s == LONGEST_PAUSE_S


def test_pauses_begin_anew_after_a_good_while():
    pauses = Pauses(next_s=32.0)
    pauses.began_at -= supervision.WELL_AFTER_S
    assert pauses.take() == 1


def test_a_part_that_ends_is_started_again_and_the_site_lives_on(tmp_path):
    other = "open('starts', 'a').write('x')"
    site = start(tmp_path, SLEEP, other)
    starts = tmp_path / "starts"
    wait_until(lambda: starts.exists() and len(starts.read_text()) >= 3)
    assert site.poll() is None
    site.terminate()
    assert site.wait(timeout=20) == 0


def test_the_site_ends_with_its_web_server(tmp_path):
    site = start(tmp_path, "raise SystemExit(7)", SLEEP)
    assert site.wait(timeout=20) == 7


def test_what_does_not_end_in_time_is_ended(tmp_path):
    site = start(tmp_path, SLEEP, STUBBORN)
    wait_until(lambda: len(children_of(site.pid)) == 2)
    parts = list(children_of(site.pid))
    site.send_signal(signal.SIGINT)
    assert site.wait(timeout=20) == 0
    assert [pid for pid in parts if Path(f"/proc/{pid}").exists()] == []


@pytest.mark.skipif(not supervision.dying_with_parent(), reason="setpriv (util-linux) is missing")
def test_no_part_outlives_a_killed_site(tmp_path):
    site = start(tmp_path, SLEEP, SLEEP)
    wait_until(lambda: len(children_of(site.pid)) == 2)
    parts = list(children_of(site.pid))
    wait_until(lambda: all("sleep" in words for words in children_of(site.pid).values()))
    site.kill()
    site.wait()
    wait_until(lambda: not [pid for pid in parts if Path(f"/proc/{pid}").exists()])


def test_a_part_is_told_apart_from_one_that_waits(tmp_path):
    part = Part("part", [sys.executable, "-c", ""], tmp_path)
    part.start()
    wait_until(lambda: part.status() == 0)
    part.look_after()
    assert part.status() is None
    assert part.process is None
