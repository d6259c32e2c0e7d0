#!/bin/bash
# Makes a database where there is none yet, then becomes what was asked for.
set -e

listen_on() {
	sed -ri "s/^#?(listen_addresses[[:space:]]*=[[:space:]]*).*/\1'$1'/" "$PGDATA/postgresql.conf"
}

warn_about_trust() {
	cat >&2 <<-'WARNING'
		****************************************************
		WARNING: No password has been set for the database.
		         This will allow anyone with access to the
		         Postgres port to access your database. In
		         Docker's default configuration, this is
		         effectively any other container on the same
		         system.

		         Use "-e POSTGRES_PASSWORD=password" to set
		         it in "docker run".
		****************************************************
	WARNING
}

if [ "$1" = 'postgres' ]; then
	mkdir -p "$PGDATA"
	chown -R postgres "$PGDATA"
	chmod g+s /run/postgresql
	chown -R postgres /run/postgresql

	# A data directory with a version in it has been through this before.
	if [ ! -s "$PGDATA/PG_VERSION" ]; then
		gosu postgres initdb

		if [ "$POSTGRES_PASSWORD" ]; then
			pass="PASSWORD '$POSTGRES_PASSWORD'"
			method=md5
		else
			warn_about_trust
			pass=
			method=trust
		fi
		{ echo; echo "host all all 0.0.0.0/0 $method"; } >> "$PGDATA/pg_hba.conf"

		# A server for us alone: nobody else may see it half made.
		gosu postgres pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start

		: ${POSTGRES_USER:=postgres}
		: ${POSTGRES_DB:=$POSTGRES_USER}
		export POSTGRES_USER POSTGRES_DB

		if [ "$POSTGRES_DB" != 'postgres' ]; then
			psql -v ON_ERROR_STOP=1 --username postgres <<-SQL
				CREATE DATABASE "$POSTGRES_DB" ;
			SQL
			echo
		fi
		verb=CREATE
		[ "$POSTGRES_USER" != 'postgres' ] || verb=ALTER
		psql -v ON_ERROR_STOP=1 --username postgres <<-SQL
			$verb USER "$POSTGRES_USER" WITH SUPERUSER $pass ;
		SQL
		echo

		for f in /docker-entrypoint-initdb.d/*; do
			case "$f" in
				*.sh)  echo "$0: running $f"; . "$f" ;;
				*.sql) echo "$0: running $f"; psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" < "$f"; echo ;;
				*)     echo "$0: ignoring $f" ;;
			esac
		done

		gosu postgres pg_ctl -D "$PGDATA" -m fast -w stop
		listen_on '*'

		echo
		echo 'PostgreSQL init process complete; ready for start up.'
		echo
	fi

	exec gosu postgres "$@"
fi

exec "$@"
