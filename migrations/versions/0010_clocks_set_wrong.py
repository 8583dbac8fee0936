"""Responses whose clock cannot have been right are found at once"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

OFF = sa.text("clock_off")


def upgrade():
    op.create_index(
        'ix_responses_clock_off', 'responses', ['collection_id'],
        sqlite_where=OFF, postgresql_where=OFF,
    )


def downgrade():
    op.drop_index('ix_responses_clock_off', table_name='responses')
