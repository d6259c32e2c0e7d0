{ echo 1; { echo 2; } >&2; echo 3; } 2>/dev/null; if true; then echo if; fi > f; cat f; for i in 1 2; do echo $i; done >> f; cat f
