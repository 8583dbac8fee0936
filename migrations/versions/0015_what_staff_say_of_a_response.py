"""What staff say of a response, tombstones, and the territory of what waits"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'review_notes',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('response_id', sa.String(length=36), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('action', sa.String(length=32), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.CheckConstraint(
            "action IN ('comment', 'accept', 'reject', 'edit')",
            name=op.f('ck_review_notes_action_known'),
        ),
        sa.ForeignKeyConstraint(
            ['response_id'], ['responses.id'],
            name=op.f('fk_review_notes_response_id'), ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'],
            name=op.f('fk_review_notes_user_id'), ondelete='SET NULL',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_review_notes')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_review_notes_response_id'), 'review_notes', ['response_id'])
    for table in ('quarantine', 'paper_forms'):
        # Within the column's own definition: SQLite can neither add nor drop a table's constraint.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN territory_id VARCHAR(36)"
            f" CONSTRAINT fk_{table}_territory_id REFERENCES territories (id)"
        )
    op.execute("UPDATE responses SET state = 'rejected' WHERE state = 'quarantined'")  # none was
    _states("'quarantined'", "'erased'")


def downgrade():
    # What is erased stays so: a state that nothing counts.
    op.execute("UPDATE responses SET state = 'rejected' WHERE state = 'erased'")
    _states("'erased'", "'quarantined'")
    for table in ('quarantine', 'paper_forms'):
        op.drop_column(table, 'territory_id')
    op.drop_index(op.f('ix_review_notes_response_id'), table_name='review_notes')
    op.drop_table('review_notes')


def _states(before, after):
    """Another word among the states. SQLite changes a constraint in the text of its own schema, as
    its documentation says: making the table anew would delete, with it, what refers to its rows."""
    connection = op.get_bind()
    if connection.dialect.name == 'postgresql':
        states = f"'submitted', 'accepted', 'rejected', {after}, 'conflict', 'replaced'"
        op.drop_constraint('ck_responses_state_known', 'responses')
        op.execute(
            "ALTER TABLE responses ADD CONSTRAINT ck_responses_state_known"
            f" CHECK (state IN ({states}))"
        )
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'responses'"
        ),
        {"before": before, "after": after},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
