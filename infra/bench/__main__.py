"""`python -m infra.bench [GROUP…]`: measure, print, write var/bench.json; exit 1 when a goal is not met."""

import sys

from infra.bench.frame import run

if __name__ == "__main__":
    sys.exit(0 if all(row.met for row in run(sys.argv[1:])) else 1)
