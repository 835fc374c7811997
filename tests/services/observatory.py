"""Mozilla's HTTP Observatory: the grade that its scanner gives a site.

Its command asks ports 80 and 443 only; its own retriever, tests and grader are used here with other ports.
"""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.services.node import npm, npm_package
from tests.services.programs import Unavailable

NAME = "@mdn/mdn-http-observatory"
VERSION = "1.4.8"
SECONDS = 60
SCRIPT = """
import { ALL_TESTS } from "%(package)s/src/constants.js";
import { getGradeForScore, getScoreModifier } from "%(package)s/src/grader/grader.js";
import { MINIMUM_SCORE_FOR_EXTRA_CREDIT } from "%(package)s/src/grader/charts.js";
import { retrieve } from "%(package)s/src/retriever/retriever.js";

const [host, httpPort, httpsPort, path] = process.argv.slice(2);
const site = await retrieve(host, { httpPort, httpsPort, path });
const results = {};
let plain = 100;
let extra = 100;
for (const test of ALL_TESTS) {
  const { result } = test(site);
  const points = getScoreModifier(result);
  results[result] = points;
  extra += points;
  plain += Math.min(points, 0);
}
const score = plain >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? extra : plain;
console.log(JSON.stringify({ results, ...getGradeForScore(score) }));
process.exit(0);
"""


@dataclass(frozen=True)
class Grade:
    """`results` has the points that each of the scanner's findings gives or takes."""

    grade: str
    score: int
    results: dict[str, int]


def scan(host: str, http_port: int, https_port: int, path: str, trusted: Path) -> Grade:
    """The grade of a page; `trusted` is the certificate that the site uses."""
    npm()
    node = shutil.which("node")
    if node is None:
        raise Unavailable("Node.js finns inte på datorn.")
    package = npm_package(NAME, VERSION)
    # The names that browsers know to be https, which the package would fetch: no loopback address is one.
    (package / "conf" / "hsts-preload.json").write_text("{}")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "scan.mjs"
        script.write_text(SCRIPT % {"package": package.as_posix()})
        ended = subprocess.run(
            [node, str(script), host, str(http_port), str(https_port), path],
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(trusted)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    if ended.returncode or not ended.stdout.strip():
        raise RuntimeError(f"The scanner ended with {ended.returncode}:\n{ended.stderr}")
    told = json.loads(ended.stdout.splitlines()[-1])
    return Grade(told["grade"], told["score"], told["results"])
