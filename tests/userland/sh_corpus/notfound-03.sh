# compare: stderr
f() {
  nosuch1
}

f
nosuch2
if true; then
  nosuch3
fi; nosuch4 \
 arg
