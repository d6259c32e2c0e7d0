IFS='
'; x='one two
three'; for l in $x; do echo "<$l>"; done
