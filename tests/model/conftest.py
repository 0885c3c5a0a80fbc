"""What the tests of models share: a model seen as plain data, and Python in a process of its own."""

import os
import subprocess
import sys
import textwrap

import pytest


@pytest.fixture
def seen():
    """A service model as plain data, documentation aside."""

    def look(model):
        operations = {name: model.operation_model(name).model_dump() for name in model.operation_names}
        shapes = {name: model.shape_for(name).model_dump() for name in model.shape_names}
        return model.metadata.model_dump(), operations, shapes

    return look


@pytest.fixture
def fresh_process():
    """Run code in a new interpreter; what it prints."""

    def run(code, environ):
        environ = {"PATH": os.environ["PATH"], **environ}
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)], env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
