"""Run migrations on the connection, and inside the transaction, of whoever asks."""

from alembic import context

from sayso.ledger.tables import METADATA


def _run() -> None:
    context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
    with context.begin_transaction():
        context.run_migrations()


_run()
