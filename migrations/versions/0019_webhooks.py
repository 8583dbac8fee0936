"""Notices to other systems, written by the database when a response changes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

INTO = "INSERT INTO webhook_deliveries (id, webhook_id, response_id, event) SELECT"
# An edit is a new response that points to the one it replaces.
ADDED = "CASE WHEN NEW.revises_id IS NULL THEN 'submitted' ELSE 'edited' END"
COUNTS = "NEW.state IN ('submitted', 'accepted') AND NOT NEW.preview"
DECIDED = "NEW.state <> OLD.state AND NEW.state IN ('accepted', 'rejected')"
OF = "FROM webhooks AS w WHERE w.collection_id = NEW.collection_id"

SQLITE_ID = "lower(hex(randomblob(16)))"
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER responses_tell_added AFTER INSERT ON responses WHEN {COUNTS}
    BEGIN {INTO} {SQLITE_ID}, w.id, NEW.id, {ADDED} {OF}
    AND EXISTS (SELECT 1 FROM json_each(w.events) AS e WHERE e.value = {ADDED}); END""",
    f"""CREATE TRIGGER responses_tell_decided AFTER UPDATE OF state ON responses WHEN {DECIDED}
    BEGIN {INTO} {SQLITE_ID}, w.id, NEW.id, 'reviewed' {OF}
    AND EXISTS (SELECT 1 FROM json_each(w.events) AS e WHERE e.value = 'reviewed'); END""",
)
ID = "gen_random_uuid()::text"
POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION tell_added_response() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {INTO} {ID}, w.id, NEW.id, {ADDED} {OF}
    AND w.events @> to_jsonb(ARRAY[{ADDED}]); RETURN NULL; END $$""",
    f"""CREATE FUNCTION tell_decided_response() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {INTO} {ID}, w.id, NEW.id, 'reviewed' {OF}
    AND w.events @> '["reviewed"]'::jsonb; RETURN NULL; END $$""",
    f"""CREATE TRIGGER responses_tell_added AFTER INSERT ON responses
    FOR EACH ROW WHEN ({COUNTS}) EXECUTE FUNCTION tell_added_response()""",
    f"""CREATE TRIGGER responses_tell_decided AFTER UPDATE OF state ON responses
    FOR EACH ROW WHEN ({DECIDED}) EXECUTE FUNCTION tell_decided_response()""",
)


def upgrade():
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        'webhooks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('collection_id', sa.String(length=36), nullable=False),
        sa.Column('mode', sa.String(length=32), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('url', sa.String(length=2000), nullable=False),
        sa.Column('events', json, nullable=False),
        sa.Column('created_on', sa.Date(), nullable=False),
        sa.CheckConstraint("mode = 'confidential'", name=op.f('ck_webhooks_confidential')),
        sa.ForeignKeyConstraint(
            ['collection_id', 'mode'], ['collections.id', 'collections.mode'],
            name=op.f('fk_webhooks_collection_id_collections'), ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_webhooks_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks')),
    )
    op.create_index('ix_webhooks_collection_id', 'webhooks', ['collection_id'])
    op.create_table(
        'webhook_deliveries',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('webhook_id', sa.String(length=36), nullable=False),
        sa.Column('response_id', sa.String(length=36), nullable=True),
        sa.Column('event', sa.String(length=32), nullable=False),
        sa.Column('state', sa.String(length=32), server_default='waiting', nullable=False),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column('status', sa.Integer(), nullable=True),
        sa.Column('reason', sa.String(length=64), server_default='', nullable=False),
        sa.CheckConstraint(
            "event IN ('submitted', 'edited', 'reviewed', 'test')", name=op.f('ck_webhook_deliveries_event_known')
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'failed')", name=op.f('ck_webhook_deliveries_state_known')
        ),
        sa.ForeignKeyConstraint(
            ['webhook_id'], ['webhooks.id'], name=op.f('fk_webhook_deliveries_webhook_id_webhooks'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries')),
    )
    op.create_index('ix_webhook_deliveries_state', 'webhook_deliveries', ['state', 'due_at'])
    op.create_index('ix_webhook_deliveries_webhook_id', 'webhook_deliveries', ['webhook_id', 'created_at'])
    postgresql_here = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if postgresql_here else SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade():
    postgresql_here = op.get_bind().dialect.name == "postgresql"
    of_table = " ON responses" if postgresql_here else ""
    for trigger in ('responses_tell_added', 'responses_tell_decided'):
        op.execute(f"DROP TRIGGER {trigger}{of_table}")
    if postgresql_here:
        op.execute("DROP FUNCTION tell_added_response()")
        op.execute("DROP FUNCTION tell_decided_response()")
    op.drop_table('webhook_deliveries')
    op.drop_table('webhooks')
