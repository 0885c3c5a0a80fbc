"""The fixtures of the fault tests."""

from tests.faults.conftest import hasty

__all__ = ["hasty"]
