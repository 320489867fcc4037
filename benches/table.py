#!/usr/bin/env python3
"""Prints the last `cargo bench -p jwt-verify-benches` as the table of docs/benchmarks.md.

    python3 benches/table.py [FOLDER]

FOLDER is where criterion left its results: by default $CRITERION_HOME, or `criterion` in cargo's target folder.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys

PATHS = ["parse", "signature", "claims", "whole"]


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else criterion_home()
    rows, times = {}, []
    for benchmark in folder.glob("*/*/*/new/benchmark.json"):
        name = json.loads(benchmark.read_text())
        path, algorithm, key = name["group_id"], name["function_id"], name["value_str"]
        if path in PATHS:
            rows.setdefault((algorithm, key), {})[path] = measured(benchmark.parent)
            times.append(benchmark.stat().st_mtime)
    if not rows:
        sys.exit(f"no results in {folder}: run `cargo bench -p jwt-verify-benches` first")
    if max(times) - min(times) > 3600:
        sys.exit(f"the results in {folder} are of different runs: delete the folder and run all benchmarks again")

    print(machine(max(times)))
    print()
    print("Median, and in brackets the fastest sample, in microseconds:")
    print()
    print("| algorithm | key | " + " | ".join(PATHS) + " |")
    print("|---|---|" + "---:|" * len(PATHS))
    # Fastest first.
    for (algorithm, key), row in sorted(rows.items(), key=lambda item: item[1].get("whole", (0, 0))):
        cells = [rounded(*row[path]) if path in row else "" for path in PATHS]
        print(f"| {algorithm} | {key} | " + " | ".join(cells) + " |")


def measured(folder):
    """The median and the fastest sample, in nanoseconds per iteration."""
    estimates = json.loads((folder / "estimates.json").read_text())
    sample = json.loads((folder / "sample.json").read_text())
    fastest = min(time / iterations for time, iterations in zip(sample["times"], sample["iters"]))
    return estimates["median"]["point_estimate"], fastest


def rounded(median, fastest):
    """Three digits: more would be noise."""
    micros = [float(f"{nanos / 1000:.3g}") for nanos in (median, fastest)]
    return "{} ({})".format(*(f"{value:.0f}" if value >= 100 else f"{value:g}" for value in micros))


def machine(time):
    cpu = "unknown processor"
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    day = datetime.datetime.fromtimestamp(time, datetime.timezone.utc).date()
    commit = output("git", "rev-parse", "--short", "HEAD") or "not committed"
    return f"{cpu}, {os.cpu_count()} cores; {output('rustc', '--version')}; commit {commit}; {day}."


def criterion_home():
    if home := os.environ.get("CRITERION_HOME"):
        return pathlib.Path(home)
    metadata = json.loads(output("cargo", "metadata", "--no-deps", "--format-version", "1"))
    return pathlib.Path(metadata["target_directory"], "criterion")


def output(*command):
    ran = subprocess.run(command, cwd=pathlib.Path(__file__).parent, capture_output=True, text=True)
    return ran.stdout.strip()


if __name__ == "__main__":
    main()
