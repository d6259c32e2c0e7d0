cat <<E
line \
joined
a\b \n "\$x"
E
