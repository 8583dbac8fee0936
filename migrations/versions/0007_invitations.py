"""Invitations, the letters that carry them, and answers that their senders change"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

BEFORE = "'quarantined', 'conflict')"
AFTER = "'quarantined', 'conflict', 'replaced')"
INVITED = sa.text("invitation_id IS NOT NULL AND state IN ('submitted', 'accepted')")


def upgrade():
    _invitations()
    _letters()
    # Within the columns' own definitions: SQLite can neither add nor drop a table's constraint.
    op.execute(
        "ALTER TABLE collections ADD COLUMN access VARCHAR(32) DEFAULT 'open' NOT NULL"
        " CONSTRAINT ck_collections_access_known CHECK (access IN ('open', 'personal', 'both'))"
    )
    op.execute(
        "ALTER TABLE responses ADD COLUMN invitation_id VARCHAR(36)"
        " CONSTRAINT fk_responses_invitation_id REFERENCES invitations (id)"
        " CONSTRAINT ck_responses_not_invited"
        " CHECK (mode = 'confidential' OR invitation_id IS NULL)"
    )
    op.execute(
        "ALTER TABLE responses ADD COLUMN revises_id VARCHAR(36)"
        " CONSTRAINT fk_responses_revises_id"
        " REFERENCES responses (id)"
        " CONSTRAINT ck_responses_not_revised"
        " CHECK (mode = 'confidential' OR revises_id IS NULL)"
    )
    op.execute(
        "ALTER TABLE drafts ADD COLUMN invitation_id VARCHAR(36)"
        " CONSTRAINT fk_drafts_invitation_id"
        " REFERENCES invitations (id)"
        " CONSTRAINT ck_drafts_not_invited"
        " CHECK (mode = 'confidential' OR invitation_id IS NULL)"
    )
    op.execute(
        "ALTER TABLE drafts ADD COLUMN revises_id VARCHAR(36)"
        " CONSTRAINT fk_drafts_revises_id REFERENCES responses (id)"
    )
    op.create_index(op.f('ix_drafts_invitation_id'), 'drafts', ['invitation_id'])
    op.create_index(op.f('ix_responses_invitation_id'), 'responses', ['invitation_id'])
    op.create_index('ix_responses_revises_id', 'responses', ['revises_id'], unique=True)
    op.create_index(
        'uq_responses_one_per_invitation', 'responses', ['invitation_id'], unique=True,
        sqlite_where=INVITED, postgresql_where=INVITED,
    )
    _states(BEFORE, AFTER)


def downgrade():
    op.execute("UPDATE responses SET revises_id = NULL")
    op.execute("DELETE FROM responses WHERE state = 'replaced'")
    _states(AFTER, BEFORE)
    op.drop_index('uq_responses_one_per_invitation', table_name='responses')
    op.drop_index('ix_responses_revises_id', table_name='responses')
    op.drop_index(op.f('ix_responses_invitation_id'), table_name='responses')
    op.drop_index(op.f('ix_drafts_invitation_id'), table_name='drafts')
    for table, columns in (
        ('drafts', ('revises_id', 'invitation_id')),
        ('responses', ('revises_id', 'invitation_id')),
        ('collections', ('access',)),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_table('letters')
    op.drop_table('invitations')


def _invitations():
    op.create_table(
        'invitations',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('collection_id', sa.String(length=36), nullable=False),
        sa.Column('mode', sa.String(length=32), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('organisation_id', sa.String(length=36), nullable=True),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('email', sa.String(length=255), nullable=False),
        sa.Column('phone', sa.String(length=32), nullable=False),
        sa.Column('language', sa.String(length=16), nullable=False),
        sa.Column('nonce', sa.String(length=36), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mode = 'anonymous' OR NOT used", name=op.f('ck_invitations_used_is_anonymous')
        ),
        sa.ForeignKeyConstraint(
            ['collection_id', 'mode'], ['collections.id', 'collections.mode'],
            name=op.f('fk_invitations_collection_id_mode'), ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['organisation_id'], ['organisations.id'],
            name=op.f('fk_invitations_organisation_id'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
        sa.UniqueConstraint(
            'collection_id', 'person_id', name=op.f('uq_invitations_collection_id_person_id')
        ),
        sa.UniqueConstraint(
            'collection_id', 'organisation_id',
            name=op.f('uq_invitations_collection_id_organisation_id'),
        ),
        sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash')),
        sa.UniqueConstraint('code_hash', name=op.f('uq_invitations_code_hash')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_invitations_person_id'), 'invitations', ['person_id'])


def _letters():
    op.create_table(
        'letters',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('invitation_id', sa.String(length=36), nullable=False),
        sa.Column('kind', sa.String(length=32), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=32), nullable=False),
        sa.Column('email', sa.String(length=255), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invitation', 'reminder')", name=op.f('ck_letters_kind_known')
        ),
        sa.CheckConstraint(
            "state IN ('sending', 'sent', 'refused')", name=op.f('ck_letters_state_known')
        ),
        sa.ForeignKeyConstraint(
            ['invitation_id'], ['invitations.id'],
            name=op.f('fk_letters_invitation_id'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_letters')),
        sa.UniqueConstraint(
            'invitation_id', 'kind', 'number', name=op.f('uq_letters_invitation_id_kind_number')
        ),
    )


def _states(before, after):
    """Another list of states. SQLite changes a constraint in the text of its own schema, as its
    documentation says: making the table anew would delete, with it, what refers to its rows."""
    if op.get_bind().dialect.name == 'postgresql':
        states = after.replace("'quarantined'", "'submitted', 'accepted', 'rejected', 'quarantined'")
        op.drop_constraint('ck_responses_state_known', 'responses')
        op.execute(
            "ALTER TABLE responses ADD CONSTRAINT ck_responses_state_known"
            f" CHECK (state IN ({states})"
        )
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar()
    op.get_bind().exec_driver_sql("PRAGMA writable_schema=ON")
    op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'responses'"
        ),
        {"before": before, "after": after},
    )
    op.get_bind().exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    op.get_bind().exec_driver_sql("PRAGMA writable_schema=OFF")
