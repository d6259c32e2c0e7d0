{ exit 2; } | cat; echo $?; x=$(exit 3); echo $?; true; exit $((1+1))
