f() { echo "f: $# $*"; }; f; f a b; f "a b" c; g () { return 3; }; g; echo $?
