"""With which invitation a response in quarantine was answered"""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    # Within the column's own definition: SQLite can neither add nor drop a table's constraint.
    op.execute(
        "ALTER TABLE quarantine ADD COLUMN invitation_id VARCHAR(36)"
        " CONSTRAINT fk_quarantine_invitation_id"
        " REFERENCES invitations (id)"
        " CONSTRAINT ck_quarantine_not_invited"
        " CHECK (mode = 'confidential' OR invitation_id IS NULL)"
    )
    op.create_index(op.f('ix_quarantine_invitation_id'), 'quarantine', ['invitation_id'])


def downgrade():
    op.drop_index(op.f('ix_quarantine_invitation_id'), table_name='quarantine')
    op.drop_column('quarantine', 'invitation_id')
