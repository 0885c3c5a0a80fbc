"""Retry data that are not what they should be."""

from __future__ import annotations

from typing import Any

import pytest

from osteon.aws.retry_rules import legacy_rules
from osteon.exceptions import ModelError


@pytest.mark.parametrize("raw", [{}, {"retry": []}, {"retry": {"__default__": {"max_attempts": "x"}}}, {"retry": None}])
def test_broken_retry_data(raw: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"_retry\.json at /retry/s3"):
        legacy_rules(raw, "s3")
