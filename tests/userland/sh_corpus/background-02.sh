{ echo bg; } & wait; echo fg; (sleep 0.1; exit 4) & p=$!; wait $p; echo $?; wait $p; echo $?
