"""The queue of jobs, in PostgreSQL: the tables of procrastinate 3.10, and who may put something into them."""

from roleplay.store.migrations.statements import is_postgresql, run

revision = "0008"
down_revision = "0007"

RIGHTS = """
CREATE TABLE scorecards (digest text COLLATE "C" PRIMARY KEY, scorecard_id text NOT NULL, json json NOT NULL);
ALTER TABLE scorecards ENABLE ROW LEVEL SECURITY;
CREATE POLICY work ON scorecards FOR SELECT TO roleplay_worker USING (true);
CREATE POLICY read ON scorecards FOR SELECT TO roleplay_app USING ((SELECT viewer_coaches()));
CREATE POLICY add ON scorecards FOR INSERT TO roleplay_app WITH CHECK ((SELECT viewer_coaches()));
GRANT SELECT ON scorecards TO roleplay_worker;
GRANT SELECT, INSERT ON scorecards TO roleplay_app;
ALTER TABLE procrastinate_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE procrastinate_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE procrastinate_periodic_defers ENABLE ROW LEVEL SECURITY;
ALTER TABLE procrastinate_workers ENABLE ROW LEVEL SECURITY;
CREATE POLICY work ON procrastinate_jobs FOR ALL TO roleplay_worker USING (true);
CREATE POLICY work ON procrastinate_events FOR ALL TO roleplay_worker USING (true);
CREATE POLICY work ON procrastinate_periodic_defers FOR ALL TO roleplay_worker USING (true);
CREATE POLICY work ON procrastinate_workers FOR ALL TO roleplay_worker USING (true);
CREATE POLICY read ON procrastinate_jobs FOR SELECT TO roleplay_app USING ((SELECT viewer_coaches()));
CREATE POLICY add ON procrastinate_jobs FOR INSERT TO roleplay_app WITH CHECK ((SELECT viewer_coaches()));
CREATE POLICY add ON procrastinate_events FOR INSERT TO roleplay_app WITH CHECK ((SELECT viewer_coaches()));
CREATE POLICY read ON procrastinate_workers FOR SELECT TO roleplay_app USING ((SELECT viewer_coaches()));
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
    procrastinate_workers TO roleplay_worker;
GRANT SELECT, INSERT ON procrastinate_jobs TO roleplay_app;
GRANT INSERT ON procrastinate_events TO roleplay_app;
GRANT SELECT ON procrastinate_workers TO roleplay_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO roleplay_worker;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO roleplay_app
"""


def upgrade() -> None:
    """Take the step. In SQLite, jobs run in the program itself."""
    run(sqlite="PRAGMA user_version = 8")
    if is_postgresql():
        from procrastinate.schema import SchemaManager

        run(postgresql=SchemaManager.get_schema())
        run(postgresql=RIGHTS)
