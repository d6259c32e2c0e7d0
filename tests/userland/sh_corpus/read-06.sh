printf '1\n2\n3\n' > f; while read x; do echo $x; read y || y=none; echo "y=$y"; done < f
