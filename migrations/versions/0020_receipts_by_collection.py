"""Receipts are not looked for by collection, so that no index of it is kept"""

from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index(op.f('ix_receipts_collection_id'), table_name='receipts')


def downgrade():
    op.create_index(op.f('ix_receipts_collection_id'), 'receipts', ['collection_id'])
