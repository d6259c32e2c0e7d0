set -u; echo "$@" $*; x=; echo "[$x]"; (echo $nope) 2>/dev/null; echo $?
