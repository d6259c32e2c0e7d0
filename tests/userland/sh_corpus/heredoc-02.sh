x=v; cat <<'E'
a $x ${x} $(echo sub) \$x \\
E
cat <<\E
b $x
E
cat <<"E"
c $x
E
