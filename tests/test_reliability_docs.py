"""The figures of docs/reliability.md are those that were measured."""

from benchmarks.faults.kept import PAGE, page, read


def test_the_tables_are_of_the_kept_figures():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text, read()) == text
    good = {"values", "our errors", "documented errors of Gymnasium and PettingZoo"}
    for interface, figures in read()["calls"].items():
        assert set(figures) - {"date"} <= good, interface
