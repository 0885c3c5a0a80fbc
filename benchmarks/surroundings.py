"""What both sides find around them: the same credentials and region, a new cache, none of the user's own settings."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def isolated() -> Iterator[None]:
    """The process's environment without the user's AWS settings; child processes have it too."""
    with tempfile.TemporaryDirectory() as cache:
        for name in [name for name in os.environ if name.startswith(("AWS_", "OSTEON_"))]:
            del os.environ[name]
        # An installed package has its bytecode; a checkout under development shall have it too.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ |= {
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "OSTEON_CACHE_DIR": cache,
        }
        yield
