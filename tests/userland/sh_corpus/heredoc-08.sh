f() { cat <<E
in function $1
E
}; f 1; f 2
