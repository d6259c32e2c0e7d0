IFS=' 	:'; x=': a : : b'; set -- $x; for i; do echo "[$i]"; done
