sleep 0.2 & a=$!; sleep 0.1 & b=$!; kill -0 $a && echo alive; wait $b; echo $?; wait $a; echo $?; kill -0 $a 2>/dev/null || echo gone
