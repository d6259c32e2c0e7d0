while read x; do echo "$x"; done <<E
one
two
E
