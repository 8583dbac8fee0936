"""Staff may be limited to some territories"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'user_territories',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('territory_id', sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'], name=op.f('fk_user_territories_user_id_users'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['territory_id'], ['territories.id'],
            name=op.f('fk_user_territories_territory_id_territories'), ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('user_id', 'territory_id', name=op.f('pk_user_territories')),
    )


def downgrade():
    op.drop_table('user_territories')
