#!/bin/sh
# The three logins of docs/firm.md, in a database server that was just made. The entry point of the image runs it once.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
  -v keeper="$KEEPER_PASSWORD" -v desk="$DESK_PASSWORD" -v robot="$ROBOT_PASSWORD" <<'SQL'
CREATE ROLE keeper LOGIN PASSWORD :'keeper';
CREATE ROLE roleplay_app NOLOGIN;
CREATE ROLE roleplay_worker NOLOGIN;
CREATE ROLE desk LOGIN PASSWORD :'desk' IN ROLE roleplay_app;
CREATE ROLE robot LOGIN PASSWORD :'robot' IN ROLE roleplay_worker;
ALTER DATABASE roleplay OWNER TO keeper;
SQL
