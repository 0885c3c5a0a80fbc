"""The numbers the modes go by, as records a client's service may have its own of. No decisions, no codes of errors."""

from __future__ import annotations

from typing import NamedTuple


class LegacyRules(NamedTuple):
    """The legacy mode's rules for one service; the defaults are those for any that has none of its own.

    ``base`` is the first pause in seconds; None draws one from [0, 1) for each pause. ``answers`` are the pairs
    (status, code) that are tried again, a code of None standing for any. ``crc32_header`` names the header with the
    CRC-32 of a body.
    """

    total_attempts: int = 5
    base: float | None = None
    growth_factor: float = 2
    answers: frozenset[tuple[int, str | None]] = frozenset(
        {
            (429, None), (500, None), (502, None), (503, None), (504, None), (509, None),
            (400, "Throttling"), (400, "ThrottlingException"), (400, "ThrottledException"),
            (400, "RequestThrottledException"), (400, "ProvisionedThroughputExceededException"),
        }
    )  # fmt: skip
    crc32_header: str | None = None


class StandardRules(NamedTuple):
    """The standard and adaptive modes' rules for one service; the defaults are those of AWS's SDKs since 2026.

    ``scale`` is the upper bound in seconds of the first pause after a transient error, where nobody was throttled.
    ``codes`` are transient errors of this service alone. ``long_polls`` are operations that are called over and over:
    one of them that may not be tried again pauses all the same, so that the caller's loop does not spin.
    """

    total_attempts: int = 3
    scale: float = 0.05
    codes: frozenset[str] = frozenset()
    long_polls: frozenset[str] = frozenset()
    crc32_header: str | None = None


ANY_SERVICE = StandardRules()
