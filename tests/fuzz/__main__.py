"""`python -m tests.fuzz`: read damaged files and report what went wrong."""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.trial import try_all


def main() -> int:
    """Run the trial and print its report."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Read damaged files.")
    parser.add_argument("--count", type=int, default=5600, help="number of files (default 5600)")
    parser.add_argument("--seed", type=int, default=0, help="of the first file's damage")
    parser.add_argument("--processes", type=int, default=2, help="that read at a time")
    chosen = parser.parse_args()
    start = time.monotonic()
    with TemporaryDirectory() as folder:
        report = try_all(Path(folder), chosen.count, chosen.seed, chosen.processes)
    sys.stdout.write(
        f"{chosen.count} files in {time.monotonic() - start:.0f} s: {report.opened} opened, {report.refused} refused, "
        f"{len(report.problems)} problems\n"
    )
    sys.stdout.writelines(f"  {problem}\n" for problem in report.problems)
    sys.stdout.writelines(
        f"  printed {count} x {line}\n" for line, count in Counter(report.printed.splitlines()).most_common(20)
    )
    return int(bool(report.problems))


if __name__ == "__main__":
    sys.exit(main())
