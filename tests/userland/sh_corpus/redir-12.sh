x=1; { x=2; } > f; echo $x; ( x=3 ) > f; echo $x; while read l; do x=$l; done <<E
9
E
echo $x
