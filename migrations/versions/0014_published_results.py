"""Results given back to the community"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        'publications',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('collection_id', sa.String(length=36), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('choice', json, nullable=False),
        sa.Column('content', json, nullable=False),
        sa.Column('cells', json, nullable=False),
        sa.Column('data_hash', sa.String(length=64), nullable=False),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('number > 0', name=op.f('ck_publications_number_counts')),
        sa.ForeignKeyConstraint(
            ['collection_id'], ['collections.id'],
            name=op.f('fk_publications_collection_id_collections'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_publications')),
        sa.UniqueConstraint('collection_id', 'number', name=op.f('uq_publications_collection_id_number')),
    )


def downgrade():
    op.drop_table('publications')
