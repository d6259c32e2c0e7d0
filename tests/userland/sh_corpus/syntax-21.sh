# compare: stderr
if true; then echo a; else echo b; elif; fi
