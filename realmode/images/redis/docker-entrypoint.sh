#!/bin/sh
# Whoever asks for the server gets it as user redis, its files being his; any
# other command is run as it is.
set -e
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
	chown -R redis .
	# The network is the container's own: clients come from others.
	exec setpriv --reuid=redis --regid=redis --init-groups \
		"$@" --protected-mode no
fi
exec "$@"
