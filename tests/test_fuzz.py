"""Calls in any order, right and wrong: a value, or an error that says what to do.

`python -m benchmarks.faults calls` makes 100,000 of them on each interface.
"""

import pytest

from benchmarks.faults.calls import INTERFACES, fuzz

EXPECTED = {"values", "our errors", "documented errors of Gymnasium and PettingZoo"}


@pytest.mark.parametrize("interface", INTERFACES)
def test_misuse_never_crashes(interface):
    came = fuzz(interface, 3000)
    assert set(came) <= EXPECTED
    assert came["values"] > 500
    assert came["our errors"] > 100
