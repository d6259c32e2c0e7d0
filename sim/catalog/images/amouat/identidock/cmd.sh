#!/bin/bash
# Which server it is depends on where we are: a developer wants one that starts
# anew with each change of the source.
set -e

case "$ENV" in
	DEV)
		echo 'Running Development Server'
		exec python /app/identidock.py
		;;
	*)
		echo 'Running Production Server'
		exec uwsgi --http 0.0.0.0:9090 --wsgi-file /app/identidock.py --callable app --stats 0.0.0.0:9191
		;;
esac
