sleep 10 & kill $!; wait $! 2>/dev/null; echo $?; (exit 1) & (exit 2) & wait; echo $?
