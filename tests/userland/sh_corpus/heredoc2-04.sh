while read a b; do echo "$b,$a"; done <<E
1 2
3 4 5
E
