"""Not a test: `python tests/typing/sweep.py [SAMPLE [SEED]]` generates every service, and checks a sample in both."""

import ast
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from osteon.aws.typed_additions import typed_additions
from osteon.model.loader import Loader
from osteon.stubs.package import UNCHECKED, Options, package_files
from osteon.stubs.write import write


def main(size: int = 40, seed: int = 0) -> int:
    loader = Loader()
    services = loader.available_services()
    for service in services:
        for text in package_files(loader, Options((service,)), typed_additions).values():
            ast.parse(text)
    print(f"{len(services)} services generated")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        sample = random.Random(seed).sample(services, size)
        files = package_files(loader, Options(tuple(sample)), typed_additions)
        write(project / "aws", {name: text.replace(UNCHECKED, "") for name, text in files.items()})
        settings = {"typeCheckingMode": "strict", "include": ["aws"]}
        (project / "pyrightconfig.json").write_text(json.dumps(settings))
        codes = [
            subprocess.run([sys.executable, "-m", *command], cwd=project).returncode
            for command in (("mypy", "--strict", "aws"), ("pyright", "--pythonpath", sys.executable))
        ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
