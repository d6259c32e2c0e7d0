cat <<E 3<<F
main
E
aux
F
cat <<E$x
literal dollar
E$x
