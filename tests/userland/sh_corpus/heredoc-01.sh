x=v; cat <<E
a $x ${x} $(echo sub) `echo bq` $((1+1)) \$x \\ "q" 'q'
E
