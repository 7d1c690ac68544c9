"""`python -m bench [part…]`: run the benchmarks in turn; fails when one misses its aim."""

import subprocess
import sys

PARTS = ("tracks", "upload", "oauth", "scale")


def run(part: str) -> bool:
    """Run one part as a program with settings of its own; whether it met its aims."""
    print(f"\n== {part}", flush=True)
    return subprocess.run([sys.executable, "-m", f"bench.{part}"], check=False).returncode == 0


if __name__ == "__main__":
    results = [run(part) for part in sys.argv[1:] or PARTS]
    sys.exit(not all(results))
