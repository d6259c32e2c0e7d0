alias f='g a'
g() { echo "g: $*"; }
f b; \f 2>/dev/null || echo escaped; f
