"""Contacts of organisations, summaries and documents of plans, and who was called"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    for name, kind in (
        ('contact_name', sa.String(length=255)), ('phone', sa.String(length=32)),
        ('email', sa.String(length=255)), ('notes', sa.Text()),
    ):
        op.add_column('organisations', sa.Column(name, kind, server_default='', nullable=False))
    op.add_column('plans', sa.Column('active', sa.Boolean(), server_default=sa.true(), nullable=False))
    for name in ('summary_es', 'summary_en'):
        op.add_column('plans', sa.Column(name, sa.Text(), server_default='', nullable=False))
    op.add_column('plans', sa.Column('document_hash', sa.String(length=64), nullable=True))
    # Within the column's own definition: SQLite can neither add nor drop a table's constraint.
    whole = sa.CheckConstraint(
        '(document_hash IS NULL) = (document_bytes IS NULL)',
        name=op.f('ck_plans_document_whole'),
    )
    op.add_column('plans', sa.Column('document_bytes', sa.Integer(), whole, nullable=True))
    op.add_column('plans', sa.Column('document_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'contact_attempts',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('collection_id', sa.String(length=36), nullable=False),
        sa.Column('organisation_id', sa.String(length=36), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('result', sa.String(length=32), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.CheckConstraint(
            "result IN ('talked', 'promised', 'refused', 'no_answer', 'wrong_number')",
            name=op.f('ck_contact_attempts_result_known'),
        ),
        sa.ForeignKeyConstraint(
            ['collection_id'], ['collections.id'],
            name=op.f('fk_contact_attempts_collection_id'), ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['organisation_id'], ['organisations.id'],
            name=op.f('fk_contact_attempts_organisation_id'), ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'], name=op.f('fk_contact_attempts_user_id'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_attempts')),
    )
    op.create_index(
        'ix_contact_attempts_whom', 'contact_attempts', ['collection_id', 'organisation_id', 'at']
    )


def downgrade():
    op.drop_table('contact_attempts')
    # The one with the constraint first: SQLite would not drop a column that another one names.
    for name in ('document_bytes', 'document_hash', 'document_at', 'summary_en', 'summary_es', 'active'):
        op.drop_column('plans', name)
    for name in ('notes', 'email', 'phone', 'contact_name'):
        op.drop_column('organisations', name)
