f() for i in 1 2; do echo $i; done
f; g() if true; then echo if; fi
g
