"""The whole way of a capture against a script that somebody would write in an afternoon, in one run on loopback.

Run as ``python -m bench.whole [--pages N] [--folder FOLDER]``. Both take the same pages, of 16
hosts, from one server:

- *whole way*: asked for by the service, taken from the queue by the threads of one worker process, fetched through
  the address policy, written as a WARC, read as text in a child process, rows written; files synced;
- *script*: requests and warcio's recorder, one gzipped file a page, synced; trafilatura for text and metadata; one
  row and one commit each.

A desk's database and archive are made in a folder of their own. trafilatura is measured where it is installed.
"""

import argparse
import importlib.util
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.servers import serving

LONGEST_SECONDS = 120
THREADS = 8
HOSTS = 16
"""The pages are of so many hosts, since one host is asked one thing at a time."""


def address(port: int, number: int) -> str:
    """Where page ``number`` is: every loopback address leads to the one server."""
    return f"http://127.0.0.{number % HOSTS + 1}:{port}/{number}"


def whole(port: int, count: int) -> float:
    """Pages a second, from asking to the last row."""
    from django.contrib.auth.models import Group, User

    from sources import bell
    from sources.models import Capture, CaptureState
    from sources.services import capture, working
    from sources.services.citing_urls import find_or_make_web_source

    bell._ring = lambda *_, **__: None  # the threads below need no bell, and there is no broker
    by = User.objects.create_user("editor")
    by.groups.add(Group.objects.get(name="Editor"))
    began = time.perf_counter()
    for number in range(count):
        capture.request(by=by, source=find_or_make_web_source(by=by, url=address(port, number)))
    asked = time.perf_counter()
    ends = began + LONGEST_SECONDS
    open_captures = Capture.objects.filter(state=CaptureState.OPEN)

    def work() -> None:
        while open_captures.exists() and time.perf_counter() < ends:
            working.work()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    while open_captures.exists() and time.perf_counter() < ends:
        time.sleep(0.05)
    took = time.perf_counter() - began
    for thread in threads:
        thread.join()
    assert Capture.objects.filter(state=CaptureState.STORED).count() == count
    print(f"asking took {asked - began:.2f} of {took:.2f} s")
    return count / took


def script(port: int, count: int, folder: Path) -> float:
    """Pages a second of requests, warcio, trafilatura, one commit each."""
    from warcio.capture_http import capture_http  # noqa: I001

    import requests
    import trafilatura  # type: ignore[import-not-found, unused-ignore]

    database = sqlite3.connect(folder / "script.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(
        "CREATE TABLE pages (url TEXT, status INT, title TEXT, author TEXT, date TEXT, text TEXT, warc TEXT)"
    )
    began = time.perf_counter()
    for number in range(count):
        url, name = address(port, number), folder / f"{number}.warc.gz"
        with capture_http(str(name)):
            answer = requests.get(url, timeout=30)
        with name.open("rb") as file:
            os.fsync(file.fileno())
        text = trafilatura.extract(answer.text, url=url) or ""
        about = trafilatura.extract_metadata(answer.text, default_url=url)
        row = (url, answer.status_code, about.title, about.author, about.date, text, str(name))
        database.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        database.commit()
    return count / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--way", choices=("whole", "script"), default=None, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way == "script":
        print(f"script      {script(options.port, options.pages, Path(options.folder)):8.1f} pages/s")
        return
    if options.way == "whole":
        import django

        django.setup()
        print(f"whole way   {whole(options.port, options.pages):8.1f} pages/s")
        return
    name = tempfile.mkdtemp(dir=options.folder)
    try:
        with serving(options.pages) as port:
            environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "factcheck.settings", "FACTCHECK_VAR": name}
            hosts = ",".join(f"127.0.0.{number + 1}:{port}" for number in range(HOSTS))
            environ |= {"CAPTURE_ALLOW_PRIVATE": hosts, "REDIS_URL": f"redis+socket://{name}/none"}
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environ, check=True)
            ways = ["whole"] + (["script"] if importlib.util.find_spec("trafilatura") else [])
            for way in ways:
                command = [sys.executable, "-m", "bench.whole", "--way", way, "--port", str(port)]
                command += ["--pages", str(options.pages), "--folder", name]
                subprocess.run(command, env=environ, check=True)
    finally:
        shutil.rmtree(name)


if __name__ == "__main__":
    main()
