"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


# A published version's structure, and any text that responses may have been given to, never changes.
FROZEN = "a published version is frozen: load a new version or a correction"
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER survey_versions_frozen BEFORE UPDATE ON survey_versions
    WHEN OLD.state = 'published' AND (NEW.structure_hash <> OLD.structure_hash
        OR NEW.state <> OLD.state OR NEW.survey_id <> OLD.survey_id OR NEW.name <> OLD.name)
    BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    f"""CREATE TRIGGER survey_texts_frozen BEFORE UPDATE ON survey_texts
    WHEN (SELECT state FROM survey_versions WHERE id = OLD.version_id) = 'published'
    BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    f"""CREATE TRIGGER survey_texts_kept BEFORE DELETE ON survey_texts
    WHEN (SELECT state FROM survey_versions WHERE id = OLD.version_id) = 'published'
    BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
)
POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION refuse_frozen_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE FUNCTION refuse_frozen_text() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT state FROM survey_versions WHERE id = OLD.version_id) = 'published' THEN
            RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER survey_versions_frozen BEFORE UPDATE ON survey_versions FOR EACH ROW
    WHEN (OLD.state = 'published' AND (NEW.structure_hash <> OLD.structure_hash
        OR NEW.state <> OLD.state OR NEW.survey_id <> OLD.survey_id OR NEW.name <> OLD.name))
    EXECUTE FUNCTION refuse_frozen_version()""",
    """CREATE TRIGGER survey_texts_frozen BEFORE UPDATE OR DELETE ON survey_texts
    FOR EACH ROW EXECUTE FUNCTION refuse_frozen_text()""",
)


def freeze_published_versions():
    postgresql_here = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if postgresql_here else SQLITE_TRIGGERS:
        op.execute(statement)


def upgrade():
    op.create_table('attempts',
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'key', name=op.f('pk_attempts'))
    )
    op.create_table('regions',
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.CheckConstraint('length(code) = 2', name=op.f('ck_regions_code_length')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_regions'))
    )
    op.create_table('roles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.CheckConstraint("name IN ('administrator', 'manager', 'interviewer', 'evaluator')", name=op.f('ck_roles_name_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roles')),
    sa.UniqueConstraint('name', name=op.f('uq_roles_name'))
    )
    op.create_table('surveys',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys'))
    )
    op.create_table('territories',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_territories')),
    sa.UniqueConstraint('code', name=op.f('uq_territories_code'))
    )
    op.create_table('users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_users_fs_uniquifier'))
    )
    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=255), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('details', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_audit_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_subject'), ['subject'], unique=False)

    op.create_table('organisations',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=255), nullable=False),
    sa.Column('territory_id', sa.String(length=36), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['territory_id'], ['territories.id'], name=op.f('fk_organisations_territory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisations')),
    sa.UniqueConstraint('code', name=op.f('uq_organisations_code'))
    )
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisations_territory_id'), ['territory_id'], unique=False)

    op.create_table('plans',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('territory_id', sa.String(length=36), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['territory_id'], ['territories.id'], name=op.f('fk_plans_territory_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
    sa.UniqueConstraint('code', name=op.f('uq_plans_code'))
    )
    with op.batch_alter_table('plans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plans_territory_id'), ['territory_id'], unique=False)

    op.create_table('provinces',
    sa.Column('code', sa.String(length=3), nullable=False),
    sa.Column('region_code', sa.String(length=2), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.CheckConstraint('length(code) = 3', name=op.f('ck_provinces_code_length')),
    sa.CheckConstraint('substr(code, 1, 2) = region_code', name=op.f('ck_provinces_within_region')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_provinces_region_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_provinces'))
    )
    op.create_table('survey_versions',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('survey_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('structure_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name=op.f('ck_survey_versions_published_at')),
    sa.CheckConstraint("state IN ('draft', 'published')", name=op.f('ck_survey_versions_state_known')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_versions_survey_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_versions')),
    sa.UniqueConstraint('id', 'structure_hash', name=op.f('uq_survey_versions_id_structure_hash')),
    sa.UniqueConstraint('survey_id', 'name', name=op.f('uq_survey_versions_survey_id_name'))
    )
    op.create_table('user_roles',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_user_roles_role_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_roles_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_user_roles'))
    )
    op.create_table('collections',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('version_id', sa.String(length=36), nullable=False),
    sa.Column('respondent', sa.String(length=32), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('selection', sa.String(length=32), nullable=False),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.Column('languages', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('legal_notice', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('texts', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('wave', sa.String(length=64), nullable=False),
    sa.Column('plan_id', sa.String(length=36), nullable=True),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("mode IN ('confidential', 'anonymous')", name=op.f('ck_collections_mode_known')),
    sa.CheckConstraint("respondent <> 'organisation' OR mode = 'confidential'", name=op.f('ck_collections_organisations_confidential')),
    sa.CheckConstraint("selection IN ('probability', 'census', 'open')", name=op.f('ck_collections_selection_known')),
    sa.CheckConstraint('closes_at IS NULL OR closes_at > opens_at', name=op.f('ck_collections_closes_after_opening')),
    sa.CheckConstraint('population IS NULL OR population > 0', name=op.f('ck_collections_population_positive')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_collections_plan_id')),
    sa.ForeignKeyConstraint(['version_id'], ['survey_versions.id'], name=op.f('fk_collections_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collections')),
    sa.UniqueConstraint('id', 'mode', name=op.f('uq_collections_id_mode')),
    sa.UniqueConstraint('slug', name=op.f('uq_collections_slug'))
    )
    op.create_table('comunas',
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('province_code', sa.String(length=3), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.CheckConstraint('length(code) = 5', name=op.f('ck_comunas_code_length')),
    sa.CheckConstraint('substr(code, 1, 3) = province_code', name=op.f('ck_comunas_within_province')),
    sa.ForeignKeyConstraint(['province_code'], ['provinces.code'], name=op.f('fk_comunas_province_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_comunas'))
    )
    op.create_table('survey_texts',
    sa.Column('version_id', sa.String(length=36), nullable=False),
    sa.Column('correction', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('structure_hash', sa.String(length=64), nullable=False),
    sa.Column('definition', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('correction >= 0', name=op.f('ck_survey_texts_correction_counts')),
    sa.ForeignKeyConstraint(['version_id', 'structure_hash'], ['survey_versions.id', 'survey_versions.structure_hash'], name=op.f('fk_survey_texts_version_id_structure_hash'), onupdate='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', 'correction', name=op.f('pk_survey_texts'))
    )
    op.create_table('collection_roll',
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('organisation_id', sa.String(length=36), nullable=False),
    sa.Column('territory_id', sa.String(length=36), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.CheckConstraint("mode = 'confidential'", name=op.f('ck_collection_roll_confidential')),
    sa.ForeignKeyConstraint(['collection_id', 'mode'], ['collections.id', 'collections.mode'], name=op.f('fk_collection_roll_collection_id_mode'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_collection_roll_organisation_id')),
    sa.ForeignKeyConstraint(['territory_id'], ['territories.id'], name=op.f('fk_collection_roll_territory_id')),
    sa.PrimaryKeyConstraint('collection_id', 'organisation_id', name=op.f('pk_collection_roll'))
    )
    op.create_table('collection_territories',
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('territory_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], name=op.f('fk_collection_territories_collection_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['territory_id'], ['territories.id'], name=op.f('fk_collection_territories_territory_id')),
    sa.PrimaryKeyConstraint('collection_id', 'territory_id', name=op.f('pk_collection_territories'))
    )
    op.create_table('drafts',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('version_id', sa.String(length=36), nullable=False),
    sa.Column('correction', sa.Integer(), nullable=False),
    sa.Column('instance_id', sa.String(length=36), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('answers', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('page', sa.String(length=64), nullable=False),
    sa.Column('counter', sa.Integer(), nullable=False),
    sa.Column('preview', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.CheckConstraint("mode = 'confidential' OR started_at IS NULL", name=op.f('ck_drafts_anonymous_untimed')),
    sa.ForeignKeyConstraint(['collection_id', 'mode'], ['collections.id', 'collections.mode'], name=op.f('fk_drafts_collection_id_mode'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id', 'correction'], ['survey_texts.version_id', 'survey_texts.correction'], name=op.f('fk_drafts_version_id_correction')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('instance_id', name=op.f('uq_drafts_instance_id')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drafts_collection_id'), ['collection_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_drafts_expires_on'), ['expires_on'], unique=False)

    op.create_table('responses',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('version_id', sa.String(length=36), nullable=False),
    sa.Column('correction', sa.Integer(), nullable=False),
    sa.Column('instance_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('territory_id', sa.String(length=36), nullable=True),
    sa.Column('organisation_id', sa.String(length=36), nullable=True),
    sa.Column('preview', sa.Boolean(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.Column('answers', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_on', sa.Date(), nullable=False),
    sa.CheckConstraint("channel IN ('web', 'paper', 'import', 'interview', 'api')", name=op.f('ck_responses_channel_known')),
    sa.CheckConstraint("mode = 'confidential' OR (organisation_id IS NULL AND started_at IS NULL AND submitted_at IS NULL)", name=op.f('ck_responses_anonymous_unlinked')),
    sa.CheckConstraint("state IN ('submitted', 'accepted', 'rejected', 'quarantined', 'conflict')", name=op.f('ck_responses_state_known')),
    sa.ForeignKeyConstraint(['collection_id', 'mode'], ['collections.id', 'collections.mode'], name=op.f('fk_responses_collection_id_mode'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_responses_organisation_id')),
    sa.ForeignKeyConstraint(['territory_id'], ['territories.id'], name=op.f('fk_responses_territory_id')),
    sa.ForeignKeyConstraint(['version_id', 'correction'], ['survey_texts.version_id', 'survey_texts.correction'], name=op.f('fk_responses_version_id_correction')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_responses')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('responses', schema=None) as batch_op:
        batch_op.create_index('ix_responses_collection_id_state', ['collection_id', 'state', 'preview'], unique=False)
        batch_op.create_index(batch_op.f('ix_responses_territory_id'), ['territory_id'], unique=False)
        batch_op.create_index('uq_responses_instance', ['collection_id', 'instance_id'], unique=True, sqlite_where=sa.text("state <> 'conflict'"), postgresql_where=sa.text("state <> 'conflict'"))
        batch_op.create_index('uq_responses_one_vote', ['collection_id', 'organisation_id'], unique=True, sqlite_where=sa.text("state IN ('submitted', 'accepted') AND NOT preview"), postgresql_where=sa.text("state IN ('submitted', 'accepted') AND NOT preview"))

    op.create_table('territory_comunas',
    sa.Column('territory_id', sa.String(length=36), nullable=False),
    sa.Column('comuna_code', sa.String(length=5), nullable=False),
    sa.ForeignKeyConstraint(['comuna_code'], ['comunas.code'], name=op.f('fk_territory_comunas_comuna_code')),
    sa.ForeignKeyConstraint(['territory_id'], ['territories.id'], name=op.f('fk_territory_comunas_territory_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('territory_id', 'comuna_code', name=op.f('pk_territory_comunas'))
    )
    op.create_table('receipts',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('draft_id', sa.String(length=64), nullable=False),
    sa.Column('collection_id', sa.String(length=36), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('response_id', sa.String(length=36), nullable=True),
    sa.Column('preview', sa.Boolean(), nullable=False),
    sa.Column('conflict', sa.Boolean(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.CheckConstraint("mode = 'confidential' OR response_id IS NULL", name=op.f('ck_receipts_anonymous_unlinked')),
    sa.ForeignKeyConstraint(['collection_id', 'mode'], ['collections.id', 'collections.mode'], name=op.f('fk_receipts_collection_id_mode'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['response_id'], ['responses.id'], name=op.f('fk_receipts_response_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_receipts')),
    sa.UniqueConstraint('draft_id', name=op.f('uq_receipts_draft_id')),
    sa.UniqueConstraint('response_id', name=op.f('uq_receipts_response_id')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('receipts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipts_collection_id'), ['collection_id'], unique=False)

    freeze_published_versions()


def downgrade():
    with op.batch_alter_table('receipts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_receipts_collection_id'))

    op.drop_table('receipts')
    op.drop_table('territory_comunas')
    with op.batch_alter_table('responses', schema=None) as batch_op:
        batch_op.drop_index('uq_responses_one_vote', sqlite_where=sa.text("state IN ('submitted', 'accepted') AND NOT preview"), postgresql_where=sa.text("state IN ('submitted', 'accepted') AND NOT preview"))
        batch_op.drop_index('uq_responses_instance', sqlite_where=sa.text("state <> 'conflict'"), postgresql_where=sa.text("state <> 'conflict'"))
        batch_op.drop_index(batch_op.f('ix_responses_territory_id'))
        batch_op.drop_index('ix_responses_collection_id_state')

    op.drop_table('responses')
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drafts_expires_on'))
        batch_op.drop_index(batch_op.f('ix_drafts_collection_id'))

    op.drop_table('drafts')
    op.drop_table('collection_territories')
    op.drop_table('collection_roll')
    op.drop_table('survey_texts')
    op.drop_table('comunas')
    op.drop_table('collections')
    op.drop_table('user_roles')
    op.drop_table('survey_versions')
    op.drop_table('provinces')
    with op.batch_alter_table('plans', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plans_territory_id'))

    op.drop_table('plans')
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisations_territory_id'))

    op.drop_table('organisations')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_subject'))
        batch_op.drop_index(batch_op.f('ix_audit_at'))

    op.drop_table('audit')
    op.drop_table('users')
    op.drop_table('territories')
    op.drop_table('surveys')
    op.drop_table('roles')
    op.drop_table('regions')
    op.drop_table('attempts')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_frozen_version()")
        op.execute("DROP FUNCTION refuse_frozen_text()")
