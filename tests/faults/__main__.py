"""Prints the fault table; fails where it does not hold."""

from __future__ import annotations

import sys

from tests.faults.catalogue import ROWS, faults_of, table

sys.stdout.write(f"{table(ROWS)}\n")
if faults := faults_of(ROWS):
    sys.exit("\n".join(faults))
