"""What marks remember of their topics, and the streams that a restored log could not complete."""

import sqlalchemy as sa
from alembic import op

from events.store.columns import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Give marks the id of the last message that they cover; make the table of frozen streams."""
    op.add_column("marks", sa.Column("last", sa.Text))
    op.create_table(
        "frozen",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("released_at", Instant),
    )
