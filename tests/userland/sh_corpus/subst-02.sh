x=$(printf 'a\n\n\n'); echo "[$x]"; y=`printf 'b\n\n'`; echo "[$y]"
