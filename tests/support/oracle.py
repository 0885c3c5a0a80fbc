"""botocore's clients as oracles, made faster: all sessions share what has been parsed."""

from __future__ import annotations

import copy
from typing import Any

import boto3
import botocore.loaders
import botocore.session


class _Loader(botocore.loaders.Loader):
    """Each client gets its own retry rules: botocore writes those of one service into the defaults of the next."""

    def load_data(self, name: str) -> Any:
        data = super().load_data(name)
        return copy.deepcopy(data) if name == "_retry" else data


#: One for all sessions: to parse the models anew for each client would take most of the time.
LOADER = _Loader(include_default_search_paths=True)


def their_client(service: str, **arguments: Any) -> Any:
    """boto3's client of a session of its own."""
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    return boto3.Session(botocore_session=session).client(service, **arguments)
