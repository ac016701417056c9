"""The firm's plans as hand-written SQL on DuckDB: from the same facts to the same pay, as fast as a machine may do it.

It knows these two plans and nothing else: no traces, no corrections, no reasons why somebody is not paid.
"""

import csv
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from attain.bench import firm
from attain.bench.firm import LEADS, PLANS, SELLS, Firm

THREADS = 2

TABLES: Mapping[str, str] = {
    "deals": "deal_id TEXT, amount DECIMAL(18, 2), booked_on DATE",
    "shares": "deal_id TEXT, person_id TEXT, percent DECIMAL(9, 4)",
    "reports": "person_id TEXT, starts_on DATE, manager_id TEXT",
    "assignments": "person_id TEXT, plan_id TEXT, starts_on DATE",
    "quotas": "person_id TEXT, starts_on DATE, ends_on DATE, amount DECIMAL(18, 2)",
    "tiers": "plan_id TEXT, above DECIMAL(9, 4), up_to DECIMAL(9, 4), rate DECIMAL(9, 4)",
}

PAY = f"""
CREATE TABLE credits AS
WITH RECURSIVE line(person_id, above) AS (
    SELECT person_id, manager_id FROM reports
    UNION
    SELECT line.person_id, reports.manager_id FROM line JOIN reports ON reports.person_id = line.above
),
own AS (
    SELECT shares.person_id, shares.deal_id, deals.booked_on, deals.amount, shares.percent
    FROM shares JOIN deals USING (deal_id)
),
led AS (
    SELECT line.above AS person_id, own.deal_id, own.booked_on, own.amount,
        CAST(least(100, sum(own.percent)) AS DECIMAL(9, 4)) AS percent
    FROM own
    JOIN line ON line.person_id = own.person_id
    JOIN assignments ON assignments.person_id = line.above AND assignments.plan_id = '{LEADS}'
        AND assignments.starts_on <= own.booked_on
    GROUP BY ALL
)
SELECT person_id, '{SELLS}' AS plan_id, deal_id, booked_on, CAST(amount * percent * 0.01 AS DECIMAL(18, 6)) AS amount
FROM own
UNION ALL
SELECT person_id, '{LEADS}', deal_id, booked_on, CAST(amount * percent * 0.01 AS DECIMAL(18, 6)) FROM led;

CREATE TABLE pay AS
WITH reached AS (
    SELECT credits.person_id, credits.plan_id, quotas.amount AS quota,
        CAST(sum(credits.amount) AS DECIMAL(18, 6)) AS credited, count(*) AS credit_count
    FROM credits
    JOIN assignments USING (person_id, plan_id)
    JOIN quotas ON quotas.person_id = credits.person_id
        AND credits.booked_on BETWEEN quotas.starts_on AND quotas.ends_on
    GROUP BY ALL
),
slices AS (
    SELECT person_id, plan_id, credited, credit_count, rate,
        CAST(greatest(0, least(credited, quota * coalesce(up_to, 99999) * 0.01) - quota * above * 0.01)
            AS DECIMAL(22, 6)) AS part
    FROM reached JOIN tiers USING (plan_id)
)
SELECT person_id, any_value(credited) AS credited, any_value(credit_count) AS credit_count,
    round(sum(CAST(part * rate * 0.01 AS DECIMAL(30, 12))), 2) AS earned
FROM slices GROUP BY person_id;
"""  # noqa: S608 the names are the code's own


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What SQL pays: by person what is credited and earned; and how long that took."""

    pay: Mapping[str, tuple[Decimal, int, Decimal]]
    seconds: float
    cpu_seconds: float
    credit_count: int


def paid_by_sql(size: Firm, folder: Path) -> Paid:
    """Load the firm's facts, and pay everybody."""
    connection = duckdb.connect(str(folder / "duck.db"), config={"threads": THREADS})
    for name, rows in facts_of(size).items():
        load(connection, folder / f"{name}.csv", name, rows)
    start, cpu = time.perf_counter(), time.process_time()
    connection.execute(PAY)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    found = connection.execute("SELECT person_id, credited, credit_count, earned FROM pay").fetchall()
    [(count,)] = connection.execute("SELECT count(*) FROM credits").fetchall()
    connection.close()
    pay = {person_id: (Decimal(credited), number, Decimal(earned)) for person_id, credited, number, earned in found}
    return Paid(pay=pay, seconds=seconds, cpu_seconds=cpu_seconds, credit_count=count)


def facts_of(size: Firm) -> Mapping[str, Iterable[Any]]:
    """Return the rows of each table."""
    tiers: list[Mapping[str, Any]] = []
    for plan_id, document in PLANS.items():
        above = Decimal(0)
        for tier in document.components[0].table.tiers:
            tiers.append({"plan_id": plan_id, "above": above, "up_to": tier.up_to, "rate": tier.rate})
            above = tier.up_to or above
    return {
        "deals": firm.deals_of(size),
        "shares": firm.shares_of(size),
        "reports": firm.reports_of(size),
        "assignments": firm.assignments_of(size),
        "quotas": firm.quotas_of(size),
        "tiers": tiers,
    }


def load(connection: duckdb.DuckDBPyConnection, file: Path, name: str, rows: Iterable[Any]) -> None:
    """Fill a table."""
    columns = [each.split()[0] for each in TABLES[name].split(", ") if each.split()[0].isidentifier()]
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        for row in rows:
            members = msgspec.to_builtins(row, builtin_types=(Decimal, date))
            writer.writerow([members[column] for column in columns])
    connection.execute(f"CREATE TABLE {name} ({TABLES[name]})")
    connection.execute(f"COPY {name} FROM '{file}' (FORMAT csv, HEADER false)")
    file.unlink()
