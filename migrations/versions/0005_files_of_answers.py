"""Files that people hand in with their answers"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('attachments',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('instance_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('question', sa.String(length=255), nullable=False),
    sa.Column('original', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=100), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('sent_size', sa.BigInteger(), nullable=True),
    sa.Column('sent_sha256', sa.String(length=64), nullable=True),
    sa.Column('arrived', sa.Boolean(), nullable=False),
    sa.Column('expected_on', sa.Date(), nullable=False),
    sa.CheckConstraint("mode = 'confidential' OR original = ''", name=op.f('ck_attachments_anonymous_unnamed')),
    sa.CheckConstraint('NOT arrived OR (size IS NOT NULL AND sha256 IS NOT NULL AND kind IS NOT NULL)', name=op.f('ck_attachments_arrived_whole')),
    sa.ForeignKeyConstraint(['collection_id', 'mode'], ['collections.id', 'collections.mode'], name=op.f('fk_attachments_collection_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments')),
    sqlite_with_rowid=False
    )
    op.create_index('uq_attachments_name', 'attachments', ['collection_id', 'instance_id', 'name'], unique=True)
    op.create_index(op.f('ix_attachments_instance_id'), 'attachments', ['instance_id'], unique=False)


def downgrade():
    op.drop_index('uq_attachments_name', table_name='attachments')
    op.drop_index(op.f('ix_attachments_instance_id'), table_name='attachments')
    op.drop_table('attachments')
