"""`python -m bench [part…]`: run the benchmarks in turn; fails when one misses its aim."""

import runpy
import sys

PARTS = ("tracks", "upload", "oauth", "scale")


def run(part: str) -> bool:
    """Run one part as a program of its own; whether it met its aims."""
    print(f"\n== {part}", flush=True)
    sys.argv = [part]
    try:
        runpy.run_module(f"bench.{part}", run_name="__main__")
    except SystemExit as end:
        return not end.code
    return True


if __name__ == "__main__":
    results = [run(part) for part in sys.argv[1:] or PARTS]
    sys.exit(not all(results))
