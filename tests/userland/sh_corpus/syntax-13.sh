# compare: stderr
a() b
echo no
