"""How a collection's sample was drawn"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    # Within the column's own definition: SQLite can neither add nor drop a table's constraint.
    only_samples = sa.CheckConstraint(
        "design IS NULL OR selection = 'probability'",
        name=op.f('ck_collections_design_of_sample'),
    )
    op.add_column('collections', sa.Column('design', json, only_samples, nullable=True))


def downgrade():
    op.drop_column('collections', 'design')
