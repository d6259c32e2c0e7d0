set -e; { false && true; }; echo after; f() { false && true; }; f; echo no
