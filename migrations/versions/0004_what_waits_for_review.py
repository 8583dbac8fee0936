"""What could not be taken as it came, and when responses were received"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

CONFLICTS = sa.text("state = 'conflict'")


def upgrade():
    op.create_table(
        'quarantine',
        sa.Column('id', sa.String(36), nullable=False),
        sa.Column('collection_id', sa.String(36), nullable=False),
        sa.Column('mode', sa.String(32), nullable=False),
        sa.Column('instance_id', sa.String(36), nullable=False),
        sa.Column('content_hash', sa.String(64), nullable=False),
        sa.Column('reason', sa.String(32), nullable=False),
        sa.Column('channel', sa.String(32), nullable=False),
        sa.Column('item', sa.String(), nullable=False),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('state', sa.String(32), nullable=False),
        sa.Column('comment', sa.String(), nullable=False),
        sa.CheckConstraint(
            "mode = 'confidential' OR received_at IS NULL",
            name=op.f('ck_quarantine_anonymous_untimed'),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'rejected')", name=op.f('ck_quarantine_state_known')
        ),
        sa.ForeignKeyConstraint(
            ['collection_id', 'mode'], ['collections.id', 'collections.mode'],
            name=op.f('fk_quarantine_collection_id_mode'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantine')),
        sa.UniqueConstraint(
            'collection_id', 'instance_id', 'content_hash',
            name=op.f('uq_quarantine_collection_id_instance_id_content_hash'),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index('ix_quarantine_collection_id_state', 'quarantine', ['collection_id', 'state'])
    # Within the column's own definition: SQLite can neither add nor drop a table's constraint.
    untimed = sa.CheckConstraint(
        "mode = 'confidential' OR received_at IS NULL",
        name=op.f('ck_responses_anonymous_arrival_untimed'),
    )
    op.add_column('responses', sa.Column('received_on', sa.Date(), nullable=True))
    op.add_column(
        'responses', sa.Column('received_at', sa.DateTime(timezone=True), untimed, nullable=True)
    )
    op.add_column(
        'responses',
        sa.Column('clock_off', sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column('responses', sa.Column('reviewed_on', sa.Date(), nullable=True))
    op.create_index(
        'uq_responses_conflict', 'responses', ['collection_id', 'instance_id', 'content_hash'],
        unique=True, sqlite_where=CONFLICTS, postgresql_where=CONFLICTS,
    )


def downgrade():
    op.drop_index('uq_responses_conflict', table_name='responses')
    for column in ('reviewed_on', 'clock_off', 'received_at', 'received_on'):
        op.drop_column('responses', column)
    op.drop_table('quarantine')
