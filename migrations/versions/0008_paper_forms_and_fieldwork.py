"""Paper forms typed in, contacts in the field, quotas, and interviewers' phones"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column('collections', sa.Column('double_entry', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('responses', sa.Column('over_quota', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table('paper_forms',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('folio', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('filled_on', sa.Date(), nullable=True),
    sa.Column('instance_id', sa.String(length=36), nullable=True),
    sa.Column('compared', sa.Integer(), nullable=False),
    sa.Column('differed', json, nullable=False),
    sa.CheckConstraint("mode = 'confidential' OR instance_id IS NULL", name=op.f('ck_paper_forms_anonymous_unlinked')),
    sa.CheckConstraint("state IN ('first', 'differs', 'counted', 'review')", name=op.f('ck_paper_forms_state_known')),
    sa.ForeignKeyConstraint(['collection_id', 'mode'], ['collections.id', 'collections.mode'], name=op.f('fk_paper_forms_collection_id_mode'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_forms')),
    sa.UniqueConstraint('collection_id', 'folio', name=op.f('uq_paper_forms_collection_id_folio'))
    )
    op.create_table('paper_entries',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('form_id', sa.String(length=36), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('answers', json, nullable=True),
    sa.Column('typed_on', sa.Date(), nullable=False),
    sa.CheckConstraint('turn IN (1, 2)', name=op.f('ck_paper_entries_turn_known')),
    sa.ForeignKeyConstraint(['form_id'], ['paper_forms.id'], name=op.f('fk_paper_entries_form_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_paper_entries_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_entries')),
    sa.UniqueConstraint('form_id', 'turn', name=op.f('uq_paper_entries_form_id_turn'))
    )
    op.create_index('ix_paper_entries_user_id', 'paper_entries', ['user_id', 'typed_on'])
    op.create_table('field_contacts',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('territory_id', sa.String(length=36), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(length=255), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('place', json, nullable=True),
    sa.Column('instance_id', sa.String(length=36), nullable=True),
    sa.CheckConstraint("mode = 'confidential' OR (address = '' AND place IS NULL AND at IS NULL AND instance_id IS NULL AND note = '')", name=op.f('ck_field_contacts_anonymous_unlinked')),
    sa.CheckConstraint("result IN ('interview', 'partial', 'refusal', 'absent', 'unable', 'unreachable', 'unknown', 'not_eligible')", name=op.f('ck_field_contacts_result_known')),
    sa.ForeignKeyConstraint(['collection_id', 'mode'], ['collections.id', 'collections.mode'], name=op.f('fk_field_contacts_collection_id_mode'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['territory_id'], ['territories.id'], name=op.f('fk_field_contacts_territory_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_field_contacts_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_contacts')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_field_contacts_case', 'field_contacts', ['collection_id', 'case_id', 'result'])
    op.create_table('quotas',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('cell', json, nullable=False),
    sa.Column('cell_key', sa.String(length=64), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.CheckConstraint('target > 0', name=op.f('ck_quotas_target_positive')),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], name=op.f('fk_quotas_collection_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotas')),
    sa.UniqueConstraint('collection_id', 'cell_key', name=op.f('uq_quotas_collection_id_cell_key'))
    )
    op.create_table('field_devices',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('added_on', sa.Date(), nullable=False),
    sa.Column('used_on', sa.Date(), nullable=True),
    sa.Column('revoked_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_field_devices_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_devices')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_field_devices_secret_hash'))
    )
    op.create_index(op.f('ix_field_devices_user_id'), 'field_devices', ['user_id'])


def downgrade():
    for name in ('field_devices', 'quotas', 'field_contacts', 'paper_entries', 'paper_forms'):
        op.drop_table(name)
    op.drop_column('responses', 'over_quota')
    op.drop_column('collections', 'double_entry')
