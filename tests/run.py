"""What ``bin/test`` ends in: the whole suite on SQLite, then on PostgreSQL what touches the database.

Arguments go to pytest. The last line adds the two runs up, in pytest's own form.
"""

import os
import re
import subprocess
import sys
import time

CLOSING = re.compile(r"^(?:=+ )?(?P<counts>\d+ (?:passed|failed|errors?|skipped|deselected)\b.*) in [\d.]+s")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected)")
NOTHING_RAN = 5


def run(database: str, arguments: list[str]) -> tuple[int, dict[str, int]]:
    """Run pytest once, showing its lines as they come. Returns its exit code and its counts."""
    print(f"\n=== {database} ===", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *arguments]
    process = subprocess.Popen(
        command,
        env={**os.environ, "FACTCHECK_TEST_DATABASE": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    counts: dict[str, int] = {}
    assert process.stdout is not None
    try:
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if closing := CLOSING.match(line):
                counts = {
                    name.rstrip("s") if name == "errors" else name: int(number)
                    for number, name in COUNT.findall(closing["counts"])
                }
        return process.wait(), counts
    except KeyboardInterrupt:
        return process.wait(60) or 130, counts


def closing_line(results: list[tuple[int, dict[str, int]]], seconds: float) -> str:
    """Both runs in one line: failures first, as pytest orders them."""
    total = {
        name: sum(counts.get(name, 0) for _, counts in results)
        for name in ("failed", "error", "passed", "skipped", "xfailed", "xpassed")
    }
    crashed = sum(code not in (0, 1, NOTHING_RAN) for code, _ in results)
    total["error"] += crashed
    words = [f"{number} {name}" for name, number in total.items() if number] or ["no tests ran"]
    return f" {', '.join(words)} in {seconds:.2f}s ".center(100, "=")


def main(arguments: list[str]) -> int:
    """Returns 0 where all that ran passed, and something ran."""
    since = time.monotonic()
    results = []
    for database in ("sqlite", "postgres"):
        results.append(run(database, arguments))
        if results[-1][0] == 130:
            break
    print("\n" + closing_line(results, time.monotonic() - since), flush=True)
    codes = {code for code, _ in results}
    if codes == {NOTHING_RAN}:
        return NOTHING_RAN
    return max(codes - {0, NOTHING_RAN}, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
