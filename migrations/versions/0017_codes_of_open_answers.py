"""Codes of open answers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade():
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        'text_codes',
        sa.Column('response_id', sa.String(length=36), nullable=False),
        sa.Column('question', sa.String(length=255), nullable=False),
        sa.Column('collection_id', sa.String(length=36), nullable=False),
        sa.Column('codes', json, nullable=False),
        sa.ForeignKeyConstraint(
            ['response_id'], ['responses.id'],
            name=op.f('fk_text_codes_response_id_responses'), ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['collection_id'], ['collections.id'],
            name=op.f('fk_text_codes_collection_id_collections'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('response_id', 'question', name=op.f('pk_text_codes')),
    )
    op.create_index(
        'ix_text_codes_collection_id_question', 'text_codes', ['collection_id', 'question']
    )


def downgrade():
    op.drop_index('ix_text_codes_collection_id_question', table_name='text_codes')
    op.drop_table('text_codes')
