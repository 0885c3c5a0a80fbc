"""All endpoint rule sets against botocore's engine, with seeded random values.

python -m tests.endpoints.sweep [values per service, default 300] [seed]
"""

from __future__ import annotations

import sys

from tests.endpoints.oracle import differences, services


def main(count: int = 300, seed: int = 1) -> int:
    found = 0
    for service in services():
        for values, mine, oracle in differences(service, count, seed):
            found += 1
            print(f"{service} {values}\n  osteon:   {mine}\n  botocore: {oracle}")
    print(f"{len(services())} services, {count} sets of values each: {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
