#!/bin/sh
# ENV=DEV is Flask's own server, which starts anew when the source changes.
set -e
if [ "$ENV" = DEV ]; then
	echo "Running Development Server"
	exec python3 identidock.py
fi
echo "Running Production Server"
exec uwsgi --plugins http,python3 --http 0.0.0.0:9090 \
	--wsgi-file /app/identidock.py --callable app --stats 0.0.0.0:9191
