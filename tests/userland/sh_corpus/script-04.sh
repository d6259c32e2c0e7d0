# an entrypoint
if [ "${1:0:1}" = '-' ] 2>/dev/null; then :; fi
set -- redis-server "$@"
if [ "$1" = 'redis-server' ] && [ "$#" -gt 0 ]; then echo "would run: $*"; fi
: "${PORT:=6379}"; echo "port $PORT"
