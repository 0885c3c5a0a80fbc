"""What both sides find around them: no files and variables of the machine's user. And the services there are."""

from __future__ import annotations

import os

import botocore.loaders

#: Neither side reads files, asks the metadata service, or hears of a region.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "HOME": os.devnull,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def services() -> list[str]:
    """All services of the botocore package."""
    names: list[str] = botocore.loaders.Loader().list_available_services("service-2")
    return names
