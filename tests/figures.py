"""Figures that tests count and the end of a run prints, whichever worker found them.

    record_property(FIGURES, {"table": "attacks by family", "row": "direct", "attacks": 27, "leaks": 0})

Rows of one name are added up, and so is each table at its end.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

FIGURES = "figures"


def tables(recorded: Iterable[dict[str, str | int]]) -> Iterator[str]:
    """The lines of all tables, in the order of their names and rows."""
    sums: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for figures in recorded:
        table = str(figures["table"])
        for name, value in figures.items():
            if isinstance(value, int):
                sums[table][str(figures["row"])][name] += value
                sums[table]["all"][name] += value
    for table, rows in sorted(sums.items()):
        names = list(rows["all"])
        yield f"{table:<24}" + "".join(f"{name:>10}" for name in names)
        for row in (*sorted(row for row in rows if row != "all"), "all"):
            yield f"{row:<24}" + "".join(f"{rows[row][name]:>10}" for name in names)
