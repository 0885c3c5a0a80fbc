"""Presigned URLs of all services against botocore's, for seeded random parameters.

python -m tests.presign.sweep [operations per service, default 5] [seed]
"""

from __future__ import annotations

import random
import sys

from tests.presign.oracle import differences, services


def main(count: int = 5, seed: int = 1) -> int:
    found, names = 0, services()
    for service in names:
        for difference in differences(service, random.Random(f"{seed} {service}"), count):
            found += 1
            print(difference)
    print(f"{len(names)} services, {count} operations of each: {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
