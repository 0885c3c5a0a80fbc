"""The own services are part of what is installed: a wheel has them in the package, a checkout in models/."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from osteon.model.loader import Loader

ROOT = Path(__file__).resolve().parents[2]
WHERE = "import osteon; print(osteon.Session().client('harbor', endpoint_url='http://x').meta.service_model.origin)"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds what a wheel of this checkout installs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_a_wheel_has_every_model_file(installed):
    shipped = {path.relative_to(ROOT / "models") for path in (ROOT / "models").rglob("*.json")}
    packaged = installed / "osteon" / "_models"
    assert {path.relative_to(packaged) for path in packaged.rglob("*.json")} == shipped
    assert (installed / "osteon" / "py.typed").exists()


def test_an_installed_osteon_takes_its_own(installed, tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", WHERE], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    expected = installed / "osteon" / "_models" / "harbor" / "2026-05-01" / "service-2.json"
    assert done.stdout.strip() == str(expected), done.stderr


def test_a_checkout_takes_the_folder_beside_src():
    origin = Loader(environ={"OSTEON_CACHE": "0"}).service_model("harbor").origin
    assert Path(origin) == ROOT / "models" / "harbor" / "2026-05-01" / "service-2.json"
