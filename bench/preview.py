"""Measures `crmsync preview` on made-up exports: seconds and memory, the whole program in a process of its own.

python bench/preview.py [--leads 10000] [--alone]   (--alone: leads.csv only)
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_exports import make


def main() -> None:
    """Make the files, run the preview, print what it took and what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=40)
    parser.add_argument("--alone", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        planted = make(Path(place), given.leads, width=given.width)
        names = ("leads",) if given.alone else ("leads", "tasks", "contacts")
        files = [str(Path(place) / f"{name}.csv") for name in names]
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "crmsync", "preview", *files, "--json"], capture_output=True, check=True, cwd=place
        )
        seconds = time.perf_counter() - started
    page = json.loads(done.stdout)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = sum(one["rows"] for one in page["files"])
    print(
        f"{rows:,} rows ({given.leads:,} leads x {given.width} columns): {seconds:.1f} s, "
        f"{used.ru_utime + used.ru_stime:.1f} s of processor, {used.ru_maxrss / 1024:.0f} MB at most"
    )
    found = "not counted" if given.alone else f"{page['untouched']['untouched']:,}"
    print(f"{page['proof']['status_writes']:,} status writes, second run wrote {page['proof']['second_run']}")
    print(f"untouched: planted {planted.untouched:,}, found {found}")


if __name__ == "__main__":
    main()
