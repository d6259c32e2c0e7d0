IFS=:; x=a:b; echo "$x" $x "${y-$x}" ${y-$x} ${y-q:r}
