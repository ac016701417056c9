"""Matrices of two measures that are posted: what the company reached, and people."""

from attain.acceptance.documents import Json, about, component, plan
from attain.acceptance.example import YEAR, Case, Example, Figure, Posted

AT_LEAST = {"edge": "upper"}


def from_edges(*edges: str) -> list[Json]:
    """Return bands that begin at edges: below the first one, from each to the next, and from the last on."""
    return [*({"up_to": each} | AT_LEAST for each in edges), {"up_to": None}]


def posted(id_: str, name: str, subject: str = "company", interval: str = "year") -> tuple[Json, Json]:
    """Return a rule about a result and the measure that counts it beside its target."""
    rule = {"id": id_, "trigger": "result", "when": about("result_name", name)}
    quota = f"{subject}.{name}"
    return rule, {"id": id_, "counts": "results", "rules": [id_], "interval": interval, "quota": quota}


def matrix(rows: list[Json], across: str, columns: list[Json], rates: list[list[str]]) -> Json:
    """Return a table of percents of target pay by the attainment of two measures."""
    cells = {"rows": rows, "across": across, "columns_over": "attainment", "columns": columns, "rates": rates}
    return {"kind": "matrix", "over": "attainment", "pays": "target", "matrix": cells}


REVENUE: list[Json] = [
    {"up_to": "80"},
    {"up_to": "90"},
    {"up_to": "100"} | AT_LEAST,
    {"up_to": "100"},
    {"up_to": "110"},
    {"up_to": "120"},
    {"up_to": None},
]
INCOME = from_edges("80", "85", "90", "95", "100", "105", "110")
GRID = [
    ["0", "0", "0", "0", "0", "0", "0"],
    ["0", "20", "25", "35", "45", "55", "65"],
    ["0", "25", "30", "45", "55", "65", "75"],
    ["0", "30", "35", "55", "65", "75", "85"],
    ["0", "35", "45", "65", "75", "85", "90"],
    ["0", "40", "55", "75", "85", "90", "95"],
    ["0", "45", "65", "85", "90", "95", "100"],
    ["0", "50", "75", "90", "95", "100", "100"],
]


def bonus_of(number: int, income: str, revenue: str, expected: str) -> Case:
    """Return a case: what the company reached, in percent of targets of 100, and what a bonus of 100,000 pays."""
    names = f"w56_{number}_operating_income", f"w56_{number}_revenue"
    rules, measures = zip(posted("operating_income", names[0]), posted("revenue", names[1]), strict=True)
    table = matrix(INCOME, "revenue", REVENUE, GRID)
    return Case(
        plan=plan(
            f"W56 {number}",
            component(table, "bonus", measure="operating_income"),
            rules=rules,
            measures=measures,
        ),
        target_pay="100000",
        results=(Posted(name=names[0], value=income), Posted(name=names[1], value=revenue)),
        figures=(Figure(expected=expected),),
    )


W56 = Example(
    id="W56",
    note="Revenue has a column of its own at exactly 100%; operating income is at least what its row says.",
    cases=(
        bonus_of(1, "80", "85", "20000.00"),
        bonus_of(2, "95", "100", "65000.00"),
        bonus_of(3, "110", "115", "100000.00"),
    ),
)


def guideline(number: int, company: str, rating: str, expected: str) -> Case:
    """Return a case: how far the company's target and the person's objectives were reached in the first quarter."""
    names = f"w35_{number}_company", f"w35_{number}_objectives"
    rules, measures = zip(
        posted("company", names[0], interval="quarter"),
        posted("objectives", names[1], "person", interval="quarter"),
        strict=True,
    )
    rates = [["0", "0", "0", "0"], ["0", "75", "95", "95"], ["0", "95", "140", "175"]]
    table = matrix(from_edges("100", "120"), "objectives", from_edges("100", "110", "120"), rates)
    document = plan(
        f"W35 {number}",
        component(table, "bonus", measure="company", weights=["20", "20", "20", "40"]),
        rules=rules,
        measures=measures,
        pays="quarter",
    )
    return Case(
        plan={**document, "target": {"percent_of_base": "5"}},
        base_pay="60000",
        results=(
            Posted(name=names[0], value=company, period=f"{YEAR}-Q1"),
            Posted(name=names[1], value=rating, period=f"{YEAR}-Q1", subject_kind="person"),
        ),
        figures=(Figure(expected=expected, period=f"{YEAR}-Q1"),),
    )


W35 = Example(
    id="W35",
    note="The source says 75-95% at target and 140-175% at the maximum; the rows and columns between are written here. "
    "A percent that is not reached pays nothing; 75% of the quarter's 600 is its 450.",
    cases=(
        guideline(1, "120", "110", "840.00"),
        guideline(2, "125", "120", "1050.00"),
        guideline(3, "100", "100", "450.00"),
        guideline(4, "99", "120", "0.00"),
    ),
)

MATRICES = (W56,)
WEIGHTED = (W35,)
