IFS=' '; x=' a '; echo "[$x]" [$x] x$x"y" "p"$x
