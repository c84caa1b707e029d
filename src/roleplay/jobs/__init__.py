"""Scoring by workers, for a team that shares a database: jobs in PostgreSQL, on the engine procrastinate."""
