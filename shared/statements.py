"""Prepared statements: written in SQLAlchemy Core, compiled once, run on the driver.

For the few paths which every document takes. On PostgreSQL a prepared statement costs a fifth of the same statement
through a session (no cache key, no execution context, no result of SQLAlchemy in between); on SQLite it is run as any
other. It knows nothing of the session's objects: do not mix the two on one row within one transaction.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, JSON, Boolean, Column, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from shared.transactions import Transaction

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


class Prepared:
    """One statement. Parameters are `bindparam("name")`; an insert takes whatever columns its rows have.

    `written` may be a function of the database's `insert`: for `ON CONFLICT`, which SQLAlchemy keeps per dialect.
    """

    def __init__(self, written: Any) -> None:
        self._written = written
        self._on_postgresql: dict[tuple[str, ...], _Compiled] = {}

    async def rows(self, transaction: Transaction, values: Values) -> Sequence[Any]:
        """Their columns are attributes by name."""
        if transaction.driver is None:
            connection = await transaction.session.connection()
            return (await connection.execute(self._statement(connection.dialect), dict(values))).all()
        compiled = self._compiled(transaction, values)
        return [compiled.row(record) for record in await transaction.driver.fetch(*compiled.call(values))]

    async def run(self, transaction: Transaction, rows: Sequence[Values]) -> None:
        """Once for each row, in one round trip. All rows have the same names."""
        if not rows:
            return
        if transaction.driver is None:
            connection = await transaction.session.connection()
            await connection.execute(self._statement(connection.dialect), [dict(row) for row in rows])
            return
        compiled = self._compiled(transaction, rows[0])
        if len(rows) == 1:
            await transaction.driver.fetch(*compiled.call(rows[0]))
        else:
            await transaction.driver.executemany(compiled.sql, [compiled.arguments(row) for row in rows])

    def _statement(self, dialect: Dialect) -> Any:
        if not callable(self._written):
            return self._written
        return self._written(sqlite.insert if dialect.name == "sqlite" else postgresql.insert)

    def _compiled(self, transaction: Transaction, values: Values) -> _Compiled:
        """For asyncpg; an insert once for each set of columns that it is given."""
        names = tuple(values)
        found = self._on_postgresql.get(names)
        if found is None:
            dialect = transaction.dialect
            found = self._on_postgresql[names] = _Compiled(self._statement(dialect), dialect, names)
        return found


class _Compiled:
    def __init__(self, statement: Any, dialect: Dialect, names: tuple[str, ...]) -> None:
        keys = [str(name) for name in names] if getattr(statement, "is_insert", False) else None
        compiled: Any = statement.compile(dialect=dialect, column_keys=keys)
        self.sql = str(compiled)
        self._names: list[str] = compiled.positiontup or []
        self._processors: dict[str, Processor] = dict(compiled._bind_processors)
        self._fixed: dict[str, Any] = {name: v for name, v in compiled.params.items() if v is not None}
        prefetched = [*(compiled.insert_prefetch or ()), *(compiled.update_prefetch or ())]
        self._defaults = {column.key: _default(column, compiled) for column in prefetched}
        columns = compiled._result_columns
        self._row = _row_type([c.keyname for c in columns])
        self._results = [
            (place, processor)
            for place, c in enumerate(columns)
            if (processor := c.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def call(self, values: Values) -> list[Any]:
        return [self.sql, *self.arguments(values)]

    def arguments(self, values: Values) -> list[Any]:
        found = []
        for name in self._names:
            if name in values:
                value = values[name]
            elif name in self._defaults:
                value = self._defaults[name]()
            else:
                value = self._fixed.get(name)
            processor = self._processors.get(name)
            found.append(value if processor is None else processor(value))
        return found

    def row(self, record: Any) -> Any:
        if not self._results:
            return self._row._make(record)
        cells = list(record)
        for place, processor in self._results:
            cells[place] = processor(cells[place])
        return self._row._make(cells)


def _row_type(names: list[str]) -> Any:
    return namedtuple("Row", names, rename=True)


def _default(column: Column[Any], compiled: Any) -> Callable[[], Any]:
    """What SQLAlchemy would fill in for a column that is not given."""
    default: Any = column.default if column in (compiled.insert_prefetch or ()) else column.onupdate
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg


class _List(TypeDecorator[Sequence[Any]]):
    """Many values as one parameter: an array on PostgreSQL, a JSON list on SQLite."""

    impl = JSON
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = JSON() if dialect.name == "sqlite" else ARRAY(self.item)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> list[Any]:
        processor = self.item.dialect_impl(dialect).bind_processor(dialect) if dialect.name == "sqlite" else None
        return [processor(item) if processor else item for item in value or ()]


class Among(FunctionElement[bool]):
    """`column` is one of the values of the list parameter: one statement however long the list is."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it stands: the `= 1` which SQLite would get beside other conditions hides the column's index from it."""
        return self


def among(column: Any, name: str) -> Among:
    """The condition; `name` is the parameter, a list."""
    return Among(column, bindparam(name, type_=_List(column.type)))


@compiles(Among, "sqlite")
def _among_on_sqlite(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **kw)} IN (SELECT value FROM json_each({compiler.process(values, **kw)}))"  # noqa: S608 - compiled parts


@compiles(Among, "postgresql")
def _among_on_postgresql(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **kw)} = ANY ({compiler.process(values, **kw)})"
