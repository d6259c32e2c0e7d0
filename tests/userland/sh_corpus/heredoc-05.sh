cat <<E; echo after
body
E
cat <<E | cat
piped
E
