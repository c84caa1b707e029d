"""The steps that led to today's tables, for Alembic. A step that was published is never changed."""
