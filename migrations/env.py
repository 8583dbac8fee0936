"""Alembic's entry: migrations run inside the app, on its own engine."""

from alembic import context
from flask import current_app

from app.extensions import db

PLAIN_TYPES = {
    "Moment": "sa.DateTime(timezone=True)",
    "JSON": 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
}


def render_item(kind, item, autogen_context):
    """Write what the database has: a migration outlives the app's own column types."""
    if kind == "type" and type(item).__name__ in PLAIN_TYPES:
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return PLAIN_TYPES[type(item).__name__]
    return False


engine = db.engine
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        compare_type=True,
        render_item=render_item,
        render_as_batch=engine.dialect.name == "sqlite",
        **{
            key: value
            for key, value in current_app.extensions["migrate"].configure_args.items()
            if key not in {"compare_type", "render_as_batch"}
        },
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
