"""``make demo``: the tour in examples/ runs to its end by itself, and tells when something does not hold."""

import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "extensibility.py"


def test_the_tour_holds(tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_PROFILE": "no-such-profile"}
    done = subprocess.run([sys.executable, EXAMPLE], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Client instantiated!" in done.stdout
    assert "All of it holds" in done.stdout.splitlines()[-1]
