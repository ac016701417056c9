"""What a transaction's body works with: `Reading` for questions, `Writing` for changes. Both databases, one code path.

A body is a plain function. On SQLite it runs on a thread of its own, on PostgreSQL inside SQLAlchemy's greenlet;
it does not know which.
"""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from sys import intern
from typing import Any, TypeVar

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Dialect, Executable, Table, bindparam, column, func
from sqlalchemy import select as sql_select
from sqlalchemy.exc import DBAPIError

from events.domain import Value

R = TypeVar("R", bound=Value)


PAGE_SIZE = 1_000


class NameIsHeld(Exception):
    """Another process, or another task, holds this name."""


class Reading:
    """Questions to the database."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect

    @property
    def is_postgres(self) -> bool:
        """Say which of the two databases it is, for the few statements that differ."""
        return self.dialect.name == "postgresql"

    def among(self, place: ColumnElement[Any] | Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
        """Return the condition that a column is one of many values, as one parameter whatever their number."""
        listed = list(values)
        if self.is_postgres:
            return place == func.any(bindparam(None, listed, type_=ARRAY(place.type), unique=True))
        each = func.json_each(json.dumps(listed)).table_valued(column("value"))
        return place.in_(sql_select(each.c.value))

    def tuples(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Return all rows of an answer."""
        return self.connection.execute(statement, dict(parameters or {})).all()

    def rows(self, statement: Executable, row: type[R], parameters: Mapping[str, Any] | None = None) -> list[R]:
        """Return an answer's rows as values; its columns are named as the value's fields."""
        answer = self.connection.execute(statement, dict(parameters or {}))
        # A value is made faster by names that are the very ones of its fields.
        names = tuple(intern(str(name)) for name in list(answer.keys()))
        return [row(**dict(zip(names, values, strict=True))) for values in answer.all()]

    def every(self, table: Table, row: type[R]) -> Iterator[R]:
        """Return all rows of a table, a page at a time."""
        statement = sql_select(table).execution_options(yield_per=PAGE_SIZE)
        for values in self.connection.execute(statement):
            yield row(**dict(zip(row.__struct_fields__, values, strict=True)))

    def one(self, statement: Executable, row: type[R], parameters: Mapping[str, Any] | None = None) -> R | None:
        """Return an answer's first row, if it has one."""
        found = self.rows(statement, row, parameters)
        return found[0] if found else None

    def keyed(
        self, table: Table, names: tuple[str, ...], place: str, keys: Iterable[str], order: tuple[str, ...] = ()
    ) -> list[tuple[Any, ...]]:
        """Return columns of the rows that have one of many keys: the shortest way, for what every append does."""
        sql, results = keyed_select(table, names, place, order, self.dialect)
        with self._cursor(sql) as cursor:
            cursor.execute(sql, (list(keys) if self.is_postgres else json.dumps(list(keys)),))
            rows = cursor.fetchall()
        if not any(results):
            return list(rows)
        return [tuple(v if p is None else p(v) for p, v in zip(results, row, strict=True)) for row in rows]

    def whole(self, table: Table, names: tuple[str, ...]) -> Sequence[tuple[Any, ...]]:
        """Return columns of all rows of a small table, none of which needs to be read by its type."""
        sql = whole_select(table, names)
        with self._cursor(sql) as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def matching(
        self, table: Table, names: tuple[str, ...], places: tuple[str, ...], keys: Sequence[tuple[str | int, ...]]
    ) -> Sequence[tuple[Any, ...]]:
        """Return columns of the rows that have one of many keys of several columns, all of text or whole numbers."""
        sql = matching_select(table, names, places, self.dialect)
        columns = tuple([key[n] for key in keys] for n in range(len(places)))
        with self._cursor(sql) as cursor:
            cursor.execute(sql, columns if self.is_postgres else (json.dumps(keys),))
            return cursor.fetchall()

    def scalar(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the first row."""
        return self.connection.execute(statement, dict(parameters or {})).scalar()

    @contextmanager
    def _cursor(self, sql: str) -> Generator[Any]:
        # The driver's own errors, as SQLAlchemy would raise them: who tells a lost race from a fault sees one kind.
        cursor = self.connection.connection.cursor()
        base: type[Exception] = self.dialect.loaded_dbapi.Error
        try:
            yield cursor
        except base as error:
            self._let_go_if_closed(error, cursor)
            raise DBAPIError.instance(sql, None, error, base, dialect=self.dialect) from error
        finally:
            cursor.close()

    def _let_go_if_closed(self, error: Any, cursor: Any) -> None:
        # SQLAlchemy sees to this for its own cursors. A closed connection that went back would fail for ever.
        if self.dialect.is_disconnect(error, self.connection.connection.dbapi_connection, cursor):
            self.connection.invalidate(error)


class Writing(Reading):
    """Changes, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._afterwards: list[Callable[[], None]] = []

    def after_commit(self, body: Callable[[], None]) -> None:
        """Run a body when the transaction is committed; not if it is rolled back. It must not fail."""
        self._afterwards.append(body)

    def committed(self) -> None:
        """Run what had to wait for the commit; called by the database."""
        for body in self._afterwards:
            body()

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Undo what is done within, and nothing else, if it raises."""
        waiting = len(self._afterwards)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self._afterwards[waiting:]
            raise

    def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> int:
        """Run a statement and return how many rows it changed."""
        return self.connection.execute(statement, dict(parameters or {})).rowcount

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows in their order, in one statement."""
        if rows:
            self._bulk(table, tuple(rows[0]), rows, "")

    def insert_bound(
        self, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]], clause: str = ""
    ) -> None:
        """Insert rows whose values are the driver's already, in their order."""
        make = array_insert if self.is_postgres else row_insert
        sql = make(table, names, self.dialect)[0] + clause
        with self._cursor(sql) as cursor:
            if self.is_postgres:
                cursor.execute(sql, tuple(list(column) for column in zip(*rows, strict=True)))
            else:
                cursor.executemany(sql, rows)

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows or replace those with the same primary key. The caller sorts them by key."""
        if rows:
            self._bulk(table, tuple(rows[0]), rows, replace_clause(table))

    def add(self, table: Table, rows: Sequence[Mapping[str, Any]], sums: Sequence[str]) -> None:
        """Add rows' sums to those with the same primary key, or insert them. The caller sorts them by key."""
        if rows:
            self._bulk(table, tuple(rows[0]), rows, add_clause(table, tuple(sums)))

    def delete(self, table: Table, keys: Sequence[Mapping[str, Any]]) -> None:
        """Delete the rows with these primary keys."""
        for key in keys:
            conditions = [table.c[name] == value for name, value in key.items()]
            self.connection.execute(table.delete().where(*conditions))

    def returning(
        self, table: Table, rows: Sequence[Mapping[str, Any]], names: Sequence[str]
    ) -> Sequence[tuple[Any, ...]]:
        """Insert rows and return columns of each, in the rows' order; positions grow in that order."""
        clause = f" RETURNING {', '.join(names)}"
        if self.is_postgres:
            return self._bulk(table, tuple(rows[0]), rows, clause)
        sql, bind = row_insert(table, tuple(rows[0]), self.dialect)
        answers: list[tuple[Any, ...]] = []
        with self._cursor(sql) as cursor:
            for row in rows:
                cursor.execute(sql + clause, bind_row(row, bind))
                answers.extend(cursor.fetchall())
        return answers

    def _bulk(self, table: Table, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]], clause: str) -> Any:
        if not self.is_postgres:
            sql, bind = row_insert(table, names, self.dialect)
            with self._cursor(sql) as cursor:
                return cursor.executemany(sql + clause, [bind_row(row, bind) for row in rows])
        sql, processors = array_insert(table, names, self.dialect)
        arrays = tuple(
            [row[name] for row in rows] if process is None else [process(row[name]) for row in rows]
            for name, process in processors
        )
        with self._cursor(sql) as cursor:
            cursor.execute(sql + clause, arrays)
            return cursor.fetchall() if cursor.description else None


def bind_row(row: Mapping[str, Any], bind: Sequence[tuple[str, Any]]) -> tuple[Any, ...]:
    """Return a row's parameters in the order of its columns."""
    return tuple(row[name] if process is None else process(row[name]) for name, process in bind)


@lru_cache(maxsize=512)
def processors_of(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[tuple[str, Any], ...]:
    """Return what turns each column's value into the driver's, `None` where nothing does."""
    return tuple((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names)


@lru_cache(maxsize=512)
def keyed_select(
    table: Table, names: tuple[str, ...], place: str, order: tuple[str, ...], dialect: Dialect
) -> tuple[str, tuple[Any, ...]]:
    """Return the statement for rows that have one of many keys, and what reads each column's value."""
    keys = "= ANY($1)" if dialect.name == "postgresql" else "IN (SELECT value FROM json_each(?))"
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f'SELECT {columns} FROM "{table.name}" WHERE "{place}" {keys}'  # noqa: S608 names are the code's own
    if order:
        sql += " ORDER BY " + ", ".join(f'"{name}"' for name in order)
    types = [table.c[name].type.dialect_impl(dialect) for name in names]
    return sql, tuple(each.result_processor(dialect, None) for each in types)


@lru_cache(maxsize=512)
def whole_select(table: Table, names: tuple[str, ...]) -> str:
    """Return the statement for all rows."""
    return f'SELECT {", ".join(names)} FROM "{table.name}"'  # noqa: S608 names are the code's own


@lru_cache(maxsize=512)
def matching_select(table: Table, names: tuple[str, ...], places: tuple[str, ...], dialect: Dialect) -> str:
    """Return the statement for rows that have one of many keys of several columns."""
    types = [table.c[name].type.compile(dialect) for name in places]
    if dialect.name == "postgresql":
        arrays = ", ".join(f"${n}::{each}[]" for n, each in enumerate(types, 1))
        keys = f"SELECT * FROM unnest({arrays})"  # noqa: S608 names are the code's own
    else:
        # Cast, or the index serves the first column only.
        parts = ", ".join(f"CAST(json_extract(value, '$[{n}]') AS {each})" for n, each in enumerate(types))
        keys = f"SELECT {parts} FROM json_each(?)"  # noqa: S608 names are the code's own
    columns, wanted = (", ".join(f'"{name}"' for name in each) for each in (names, places))
    return f'SELECT {columns} FROM "{table.name}" WHERE ({wanted}) IN ({keys})'  # noqa: S608 names are the code's own


@lru_cache(maxsize=512)
def row_insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """Return SQLite's statement for one row, run for each."""
    places = ", ".join("?" for _ in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})', processors_of(table, names, dialect)  # noqa: S608 names are the code's own


@lru_cache(maxsize=512)
def array_insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """Return PostgreSQL's statement for any number of rows: one array a column."""
    arrays = ", ".join(f"${n}::{table.c[name].type.compile(dialect)}[]" for n, name in enumerate(names, 1))
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f'INSERT INTO "{table.name}" ({columns}) SELECT * FROM unnest({arrays})'  # noqa: S608 names are the code's own
    return sql, processors_of(table, names, dialect)


@lru_cache(maxsize=512)
def replace_clause(table: Table) -> str:
    """Return what turns an insert into an upsert of whole rows."""
    rest = [c.name for c in table.columns if not c.primary_key]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    return f" ON CONFLICT ({key_columns(table)}) DO " + (f"UPDATE SET {changes}" if rest else "NOTHING")


@lru_cache(maxsize=512)
def add_clause(table: Table, sums: tuple[str, ...]) -> str:
    """Return what turns an insert into an addition."""
    changes = ", ".join(f'"{name}" = "{table.name}"."{name}" + excluded."{name}"' for name in sums)
    return f" ON CONFLICT ({key_columns(table)}) DO UPDATE SET {changes}"


def key_columns(table: Table) -> str:
    """Return a table's primary key as SQL."""
    return ", ".join(f'"{c.name}"' for c in table.primary_key.columns)
