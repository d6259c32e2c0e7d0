# compare: stderr
f() { echo a; } }
