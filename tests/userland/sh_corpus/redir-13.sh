f() { echo in f; } > f.out; f; cat f.out; g() { cat; } <<E
doc
E
g
