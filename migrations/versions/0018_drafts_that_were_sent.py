"""Drafts whose phone sent them; indexes without the rows that lack what they are of"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

VOTES = "state IN ('submitted', 'accepted') AND NOT preview"
OWN = {
    'ix_responses_invitation_id': (['invitation_id'], False, 'invitation_id IS NOT NULL'),
    'ix_responses_revises_id': (['revises_id'], True, 'revises_id IS NOT NULL'),
    'uq_responses_one_vote': (
        ['collection_id', 'organisation_id'], True, f'organisation_id IS NOT NULL AND {VOTES}',
    ),
}


def upgrade():
    op.add_column(
        'drafts', sa.Column('received', sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name, (columns, unique, rows) in OWN.items():
        op.drop_index(name, 'responses')
        op.create_index(
            name, 'responses', columns, unique=unique,
            sqlite_where=sa.text(rows), postgresql_where=sa.text(rows),
        )


def downgrade():
    for name, (columns, unique, _rows) in OWN.items():
        op.drop_index(name, 'responses')
        where = sa.text(VOTES) if name == 'uq_responses_one_vote' else None
        op.create_index(
            name, 'responses', columns, unique=unique, sqlite_where=where, postgresql_where=where,
        )
    op.execute("DELETE FROM drafts WHERE received")
    op.drop_column('drafts', 'received')
