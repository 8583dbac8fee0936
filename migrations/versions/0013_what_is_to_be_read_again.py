"""The database notes which responses are to be read again"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

# What figures are made of: a change of anything else is none to them.
COLUMNS = (
    "version_id, correction, state, channel, language, territory_id, organisation_id, preview, answers,"
    " started_at, submitted_at, submitted_on"
)
NOTE = "INSERT INTO response_changes (collection_id, response_id, token, fresh) VALUES"
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER responses_added AFTER INSERT ON responses
    BEGIN {NOTE} (NEW.collection_id, NEW.id, random(), 1); END""",
    f"""CREATE TRIGGER responses_changed AFTER UPDATE OF {COLUMNS} ON responses
    BEGIN {NOTE} (OLD.collection_id, OLD.id, random(), 0); END""",
    f"""CREATE TRIGGER responses_erased AFTER DELETE ON responses
    BEGIN {NOTE} (OLD.collection_id, OLD.id, random(), 0); END""",
)
# random() has 53 bits, which with the response's own key are enough.
TOKEN = "(random() * 9007199254740992)::bigint"
POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION note_added_response() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {NOTE} (NEW.collection_id, NEW.id, {TOKEN}, true); RETURN NULL; END $$""",
    f"""CREATE FUNCTION note_changed_response() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {NOTE} (OLD.collection_id, OLD.id, {TOKEN}, false); RETURN NULL; END $$""",
    """CREATE TRIGGER responses_added AFTER INSERT ON responses
    FOR EACH ROW EXECUTE FUNCTION note_added_response()""",
    f"""CREATE TRIGGER responses_changed AFTER UPDATE OF {COLUMNS} ON responses
    FOR EACH ROW EXECUTE FUNCTION note_changed_response()""",
    """CREATE TRIGGER responses_erased AFTER DELETE ON responses
    FOR EACH ROW EXECUTE FUNCTION note_changed_response()""",
)


def upgrade():
    op.create_table(
        'response_changes',
        sa.Column('collection_id', sa.String(length=36), nullable=False),
        sa.Column('response_id', sa.String(length=36), nullable=False),
        sa.Column('token', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('fresh', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('collection_id', 'response_id', 'token', name=op.f('pk_response_changes')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'columnar_states',
        sa.Column('collection_id', sa.String(length=36), nullable=False),
        sa.Column('generation', sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ['collection_id'], ['collections.id'],
            name=op.f('fk_columnar_states_collection_id_collections'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('collection_id', name=op.f('pk_columnar_states')),
        sqlite_with_rowid=False,
    )
    postgresql_here = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if postgresql_here else SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade():
    postgresql_here = op.get_bind().dialect.name == "postgresql"
    of_table = " ON responses" if postgresql_here else ""
    for trigger in ('responses_added', 'responses_changed', 'responses_erased'):
        op.execute(f"DROP TRIGGER {trigger}{of_table}")
    if postgresql_here:
        op.execute("DROP FUNCTION note_added_response()")
        op.execute("DROP FUNCTION note_changed_response()")
    op.drop_table('columnar_states')
    op.drop_table('response_changes')
